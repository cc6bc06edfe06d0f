// telegram-test-api on one port of this machine, with what the Bot API does and it does not:
// an update stays until it is confirmed, a call carries the secret, refusals, any kind of update.
//   node tests/bot/telegram_server.js PORT
'use strict';

const emulator = require.resolve('telegram-test-api');
const of = (name) => require(require.resolve(name, { paths: [emulator] }));
const axios = of('axios');
const express = of('express');
const TelegramServer = require(emulator);

const server = new TelegramServer({ host: '127.0.0.1', port: Number(process.argv[2]), storeTimeout: 3600 });
const calls = []; // each call of a bot: what leaves, whatever its method
// { method, chat_id?, times } and what comes instead of an answer: { status, body },
// { silent }: the line is cut; { held }: nothing, ever; { taken }: nothing, but the call counted.
const refusals = [];

const format = TelegramServer.formatUpdate;
TelegramServer.formatUpdate = (update) => {
  if (update.raw) return { update_id: update.updateId, ...update.raw };
  const made = format(update);
  if (made.callback_query) made.callback_query.chat_instance = '1';
  return made;
};

// Nobody answers a call: Telegram keeps the update, and gives it to whoever asks.
const add = server.addUserUpdate.bind(server);
server.addUserUpdate = (update) => add(update).catch((error) => {
  if (error.response) throw error;
  server.storage.userMessages.push(update);
  server.updateId += 1;
});

const app = express();
app.use(express.json({ limit: '1mb' }), express.urlencoded({ extended: true, limit: '1mb' }));

app.all('/bot:token/:method', (req, res, next) => {
  const { method, token } = req.params;
  if (token.includes('wrong')) {
    res.status(401).json({ ok: false, error_code: 401, description: 'Unauthorized' });
    return;
  }
  calls.push({ method, token, data: req.body });
  const refusal = refusals.find((one) => one.times > 0 && one.method === method
    && (!one.chat_id || String(one.chat_id) === String(req.body.chat_id)));
  if (refusal) {
    refusal.times -= 1;
    if (refusal.taken) server.addBotMessage(req.body, token);
    if (refusal.silent) req.socket.destroy();
    if (refusal.status) res.status(refusal.status).json(refusal.body);
    return;
  }
  if (method === 'getUpdates') {
    const confirmed = Number(req.body.offset || 0);
    const { storage } = server;
    storage.userMessages = storage.userMessages.filter((one) => one.botToken !== token
      || one.updateId >= confirmed);
    const left = storage.userMessages.filter((one) => one.botToken === token);
    res.json({ ok: true, result: left.map(TelegramServer.formatUpdate) });
  } else if (method === 'getMe') {
    const result = { id: 666, is_bot: true, first_name: 'Baromètre', username: 'barometre_bot' };
    res.json({ ok: true, result });
  } else if (method === 'leaveChat') {
    res.json({ ok: true, result: true });
  } else {
    next();
  }
});

app.post('/_update', (req, res) => {
  const { token, raw } = req.body;
  server.addUserUpdate({ ...server.getCommonFields(token), raw })
    .then(() => { server.messageId += 1; res.json({ ok: true }); })
    .catch((error) => res.status(502).json({ ok: false, said: error.response?.status ?? 0 }));
});
app.post('/_refuse', (req, res) => { refusals.push(req.body); res.json({ ok: true }); });
app.post('/_waiting', (req, res) => {
  const { userMessages } = server.storage;
  res.json(userMessages.filter((one) => one.botToken === req.body.token).length);
});
app.post('/_calls', (req, res) => {
  res.json(calls.filter((one) => one.token === req.body.token));
});

axios.interceptors.request.use((config) => {
  const hook = Object.values(server.webhooks).find((one) => one.url === config.url);
  if (hook?.secret_token) config.headers['X-Telegram-Bot-Api-Secret-Token'] = hook.secret_token;
  return config;
});
// The emulator does not look at what comes of its own calls.
process.on('unhandledRejection', () => {});

app.use(server.webServer);
server.webServer = app;
server.start();
