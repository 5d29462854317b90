// The frame around every page: where one is, who one is, and whether what is shown is true.

import type { ComponentChildren } from "preact";

import { signOut, user } from "../api";
import { lostSince } from "../events";
import { path } from "../route";
import { clock, language, languageNames, type Language, speak, t } from "../text";
import { theme, type Theme } from "../theme";
import { pagesFor } from "../pages/pages";
import { Action, Choice, Link } from "./basics";

export function Shell(props: { children: ComponentChildren }) {
  const who = user.value;
  return (
    <>
      <a class="skip" href="#content">{t("app.skip")}</a>
      <header class="top">
        <p class="brand"><img src="/favicon.svg" alt="" width="24" height="24" /> {t("app.name")}</p>
        {who && <Navigation />}
        {who && <Account name={who.name} role={t(`role.${who.role}`)} />}
      </header>
      {lostSince.value && (
        <p class="banner alarm" role="alert">{t("app.lost", { time: clock(lostSince.value) })}</p>
      )}
      <main id="content" tabIndex={-1}>{props.children}</main>
    </>
  );
}

function Navigation() {
  return (
    <nav aria-label={t("app.menu")}>
      {pagesFor(user.value?.role).filter((page) => page.inMenu).map((page) => (
        <Link key={page.path} to={page.path}
          current={path.value === page.path || path.value.startsWith(`${page.path}/`)}>
          {t(page.title)}
        </Link>
      ))}
    </nav>
  );
}

function Account(props: { name: string; role: string }) {
  return (
    <details class="account">
      <summary aria-label={`${props.name} ${props.role}, ${t("app.account")}`}>
        {props.name} <span class="quiet">{props.role}</span>
      </summary>
      <div class="card">
        <Choice<Language> label={t("app.language")} value={language.value} options={languageNames}
          onChange={(value) => void speak(value)} />
        <Choice<Theme> label={t("app.theme")} value={theme.value}
          options={[["system", t("theme.system")], ["light", t("theme.light")],
            ["dark", t("theme.dark")]]}
          onChange={(value) => { theme.value = value; }} />
        <p><Link to="/account">{t("office.people.account")}</Link></p>
        <Action run={signOut}>{t("app.signOut")}</Action>
      </div>
    </details>
  );
}
