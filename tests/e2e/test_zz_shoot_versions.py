"""throwaway"""
from dataclasses import replace
from tests.e2e.conftest import *
from tests.e2e.test_accessible import AXE
from app.auth.users import create_user
from app.vocabulary.scope import Author, Role
from app.questionnaires.load import load_all
from app.questionnaires.publish import load_into
def test_shoot(site):
    w=site.world
    create_user(w.db,"nadia@console.invalid","Nadia",Role.NATIONAL,None,"quatre mots sans lien",by=Author.system(),now=w.now)
    f=load_all()[0]
    s0=f.sections[0]; q=s0.questions[0]
    s1=replace(s0,questions=(replace(q,text="Aujourd’hui, "+q.text.replace("habitants","usagers"),help="Autre aide."),*s0.questions[1:]))
    load_into(w.db,[replace(f,sections=(s1,*f.sections[1:-1],replace(f.sections[-1],questions=f.sections[-1].questions[:-1])),version=2)],now=w.now)
    with w.db.reading() as s:
        from sqlalchemy import text
        ids={(t,v):i for i,t,v in s.execute(text("select id,theme,version from questionnaires"))}
    a,b=ids[("inclusion",1)],ids[("inclusion",2)]
    for width in (390,1200):
        with site.device(width=width, scripts=True) as page:
            page.goto(site.address+"/console/")
            page.locator("input[name=email]").fill("nadia@console.invalid"); page.locator("input[type=password]").fill("quatre mots sans lien")
            page.get_by_role("button",name="Se connecter").click()
            for name,path in dict(list="",version=f"details/?id={b}",v9=f"details/?id={ids[('strategie',1)]}",diff=f"difference/?id={b}&avec={a}",preview=f"apercu/?id={a}&mediation_place=yes&asked=mediation_place",end=f"apercu/?id={a}&section=together&go=next").items():
                page.goto(site.address+"/console/questionnaires/"+path)
                page.screenshot(path=f"/tmp/shots_versions/c-{width}-{name}.png", full_page=True)
                page.evaluate(AXE.read_text(encoding="utf-8"))
                v=page.evaluate("axe.run()")["violations"]
                print(width,name,page.evaluate("document.documentElement.scrollWidth"),[(x["id"],x["impact"],x["nodes"][0]["html"][:160]) for x in v])
            page.goto(site.address+f"/console/questionnaires/apercu/?id={a}")
            page.locator("label[for=mediation_place]").click()
            page.get_by_role("button",name="Actualiser").click()
            print("apparu:",page.get_by_text("vient d’apparaître").count(), len(page.url))
            for i in range(9):
                if page.get_by_role("button",name="Continuer").count()==0: break
                page.get_by_role("button",name="Continuer").click()
            print("end",page.locator("h2").first.inner_text(), len(page.url))
            page.get_by_role("button",name="Revenir à la dernière").click()
            print(page.locator("h2").first.inner_text())
