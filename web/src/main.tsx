// Starts the pages: who is signed in, then the page of the address.

import "./style.css";
import "./theme";

import { render, type ComponentType } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { loadUser, user } from "./api";
import { Fault } from "./parts/basics";
import { Shell } from "./parts/shell";
import { homeOf, type Page, pages } from "./pages/pages";
import { SignIn } from "./pages/sign_in";
import { go, match, path } from "./route";
import { spoken, t } from "./text";

interface Found {
  page: Page;
  parts: Record<string, string>;
}

function find(address: string): Found | null {
  for (const page of pages) {
    const parts = match(page.path, address);
    if (parts) {
      return { page, parts };
    }
  }
  return null;
}

/** Loads the page's code when it is first needed: an agent never loads the reports. */
function Shown({ page, parts }: Found) {
  const [View, setView] = useState<ComponentType<{ parts: Record<string, string> }> | null>(null);
  const [error, setError] = useState<unknown>(null);
  const load = () => {
    setError(null);
    page.load().then((code) => setView(() => code.default), setError);
  };
  useEffect(load, [page]);
  useEffect(() => {
    document.title = `${t(page.title)} – ${t("app.name")}`;
  });
  if (error !== null) {
    return <Fault error={error} retry={load} />;
  }
  return View ? <View parts={parts} /> : <p class="quiet" role="status">{t("app.loading")}</p>;
}

function Content() {
  const who = user.value;
  const found = find(path.value);
  const home = homeOf(who?.role);
  useEffect(() => {
    if (path.value === "/" && home) {
      go(home, true);
    }
  });
  if (!found) {
    return <p role="alert">{path.value === "/" ? t("app.loading") : t("page.notFound")}</p>;
  }
  if (who && !found.page.roles.includes(who.role)) {
    return <p role="alert">{t("page.forbidden")}</p>;
  }
  return <Shown key={found.page.path} {...found} />;
}

function App() {
  const [error, setError] = useState<unknown>(null);
  const wasSignedIn = useRef(false);
  const load = () => {
    setError(null);
    loadUser().catch(setError);
  };
  useEffect(load, []);
  const who = user.value;
  wasSignedIn.current ||= Boolean(who);
  return (
    <Shell>
      {error !== null ? <Fault error={error} retry={load} />
        : who === undefined ? <p class="quiet" role="status">{t("app.loading")}</p>
        : who === null ? <SignIn wasSignedIn={wasSignedIn.current} />
        : <Content />}
    </Shell>
  );
}

const root = document.getElementById("app");
if (root) {
  spoken.then(() => render(<App />, root));
}
