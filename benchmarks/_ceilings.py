"""What the mail server of the measure takes from programs that do nothing else than send."""

from __future__ import annotations

import smtplib
import socket
import time
from email.message import EmailMessage

from benchmarks._sink import TAKEN

ENVELOPE = b"MAIL FROM:<a@barometre.invalid>\r\nRCPT TO:<b@communes.invalid>\r\nDATA\r\n"
HOST = "127.0.0.1"
Words = tuple[str, str, str]  # subject, text, HTML


def bare(port: int, words: Words, n: int) -> float:
    """Mails a second of the loop that anyone would write first: one connection a mail, unsigned."""
    start = time.perf_counter()
    for number in range(n):
        mail = written(words, number)
        with smtplib.SMTP(HOST, port) as server:
            server.send_message(mail)
    return n / (time.perf_counter() - start)


def written(words: Words, number: int) -> EmailMessage:
    """One mail, as the standard library makes it."""
    subject, plain, html = words
    mail = EmailMessage()
    mail["Subject"] = subject
    mail["From"] = "barometre@barometre.invalid"
    mail["To"] = f"mairie-{number}@communes.invalid"
    mail.set_content(plain)
    mail.add_alternative(html, subtype="html")
    return mail


def kept(port: int, content: bytes, n: int) -> float:
    """Mails a second on one kept connection, of bytes made beforehand, by the standard library."""
    with smtplib.SMTP(HOST, port) as server:
        start = time.perf_counter()
        for _ in range(n):
            server.sendmail("a@barometre.invalid", ["b@communes.invalid"], content)
        return n / (time.perf_counter() - start)


def poured(port: int, content: bytes, n: int, n_connections: int) -> float:
    """Mails a second on so many connections at once, asked as our workers ask: its ceiling.

    A mail is two exchanges; on each connection the next begins while the others are served.
    """
    doors = [socket.create_connection((HOST, port)) for _ in range(n_connections)]
    try:
        for door in doors:
            door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            _await(door, b"220 ")
        start = time.perf_counter()
        for _ in range(-(-n // n_connections)):
            for door in doors:
                door.sendall(ENVELOPE)
            for door in doors:
                _await(door, b"354 ")
                door.sendall(content + b"\r\n.\r\n")
            for door in doors:
                _await(door, TAKEN)
        return -(-n // n_connections) * n_connections / (time.perf_counter() - start)
    finally:
        for door in doors:
            door.close()


def _await(door: socket.socket, reply: bytes) -> None:
    heard = b""
    while reply not in heard:
        part = door.recv(65_536)
        if not part:
            raise ConnectionError("the mail server of the measure went away")
        heard += part
