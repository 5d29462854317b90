// Users: who there is, with which role, and what an administrator does about them.

import { useState } from "preact/hooks";

import { get, type Role } from "../../api";
import { Fault, Field, Link, Time, useLoad } from "../../parts/basics";
import { type ColumnOf, Table } from "../../parts/table";
import { number, t } from "../../text";
import "../compliance/office.css";
import { Mark, usePages } from "../compliance/parts";
import { AddUser } from "./add_user";
import { identityText } from "./identity";
import { ManageUser } from "./manage_user";
import { Sessions } from "./sessions";
import type { UserRow } from "./types";

export default function Users() {
  const { value, error, again } = useLoad(() => get<{ users: UserRow[] }>("/api/users"), []);
  const [find, setFind] = useState("");
  const [adding, setAdding] = useState(false);
  const [managed, setManaged] = useState("");
  const users = value?.users ?? [];
  const wanted = find.trim().toLowerCase();
  const found = users.filter((user) => user.name.toLowerCase().includes(wanted) ||
    t(`role.${user.role}`).toLowerCase().includes(wanted));
  const { shown, pager } = usePages(found);
  const chosen = users.find((user) => user.name === managed);
  return (
    <div class="office">
      <h1>{t("office.people.title")}</h1>
      {error !== null && <Fault error={error} retry={again} />}
      <section class="card titled">
        <div class="fields">
          <Field label={t("office.people.find")} value={find} onInput={setFind} type="search" />
        </div>
        <div class="row">
          <button type="button" class="main" onClick={() => setAdding(true)}>
            {t("office.people.add")}
          </button>
          <Link to="/account">{t("office.people.account")}</Link>
        </div>
        <p role="status" class="quiet">
          {value ? t("office.people.count", { n: found.length }) : t("app.loading")}
        </p>
        <Table caption={t("office.people.title")} rows={shown} keyOf={(user) => user.name}
          columns={columns(setManaged)} sort="name"
          none={value ? t("office.people.none") : t("app.loading")} />
        {pager}
      </section>
      <Sessions all changed={value} />
      {adding && <AddUser onClose={() => setAdding(false)} onDone={again} />}
      {chosen && <ManageUser user={chosen} onClose={() => setManaged("")} onDone={again} />}
    </div>
  );
}

function columns(onManage: (name: string) => void): ColumnOf<UserRow>[] {
  const role = (given: Role) => t(`role.${given}`);
  return [
    { name: "name", title: t("office.people.name"), by: (user) => user.name.toLowerCase(),
      cell: (user) => user.name },
    { name: "role", title: t("office.people.role"), by: (user) => role(user.role),
      cell: (user) => <>{role(user.role)}
        {user.agent && <span class="quiet"> · {user.agent.name}</span>}</> },
    { name: "state", title: t("office.people.state"), by: (user) => (user.active ? 0 : 1),
      cell: (user) => (user.active ? <Mark kind="good">{t("office.people.on")}</Mark>
        : <Mark kind="bad">{t("office.people.off")}</Mark>) },
    { name: "by", title: t("office.people.signsInWith"),
      cell: (user) => [user.password && t("office.people.password"),
        user.token && t("office.people.token"), user.identity && identityText(user.identity)].filter(Boolean).join(", ") ||
        t("office.people.nothing") },
    { name: "last", title: t("office.people.lastSignIn"), by: (user) => user.signed_in_at,
      cell: (user) => (user.signed_in_at ? <Time at={user.signed_in_at} seconds={false} />
        : t("office.people.never")) },
    { name: "sessions", title: t("office.people.sessions"), number: true,
      by: (user) => user.sessions, cell: (user) => number(user.sessions) },
    { name: "manage", title: t("office.people.manage"),
      cell: (user) => (
        <button type="button" aria-label={t("office.people.manageOf", { name: user.name })}
          onClick={() => onManage(user.name)}>{t("office.people.manage")}</button>
      ) },
  ];
}
