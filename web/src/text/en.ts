// English. The keys of this file are those of every language; the compiler holds them to it.

export const en = {
  "app.name": "Dialer",
  "app.skip": "Skip to the content",
  "app.menu": "Pages",
  "app.account": "Account",
  "app.signOut": "Sign out",
  "app.language": "Language",
  "app.theme": "Appearance",
  "theme.system": "As the system",
  "theme.light": "Light",
  "theme.dark": "Dark",
  "app.lost": "No news from the engine since {time}. What you see may be out of date.",
  "app.loading": "Loading …",
  "app.retry": "Try again",
  "app.close": "Close",
  "app.cancel": "Cancel",
  "app.shortcuts": "Keys",

  "error.unreachable": "The engine cannot be reached. Check the network; nothing was changed.",
  "error.unknown": "This did not work. Try again.",
  "page.notFound": "There is no such page.",
  "page.forbidden": "Your role does not have this page.",

  "role.ops": "Sales operations",
  "role.agent": "Agent",
  "role.supervisor": "Supervisor",
  "role.compliance": "Compliance",
  "role.admin": "Administrator",

  "nav.desk": "Desk",
  "nav.campaigns": "Campaigns",
  "nav.lists": "Lists",
  "nav.wallboard": "Wallboard",
  "nav.reports": "Reports",
  "nav.compliance": "Compliance",
  "nav.users": "Users",

  "signIn.title": "Sign in",
  "signIn.name": "Name",
  "signIn.password": "Password",
  "signIn.button": "Sign in",
  "signIn.wrong": "The name or the password is wrong.",
  "signIn.locked": "There were too many wrong tries. Wait one minute.|There were too many wrong tries. Wait {n} minutes.",
  "signIn.ended": "You were signed out. Sign in again to go on.",

  "table.rows": "one row|{n} rows",
  "table.sortBy": "Sort by {column}",
  "table.none": "Nothing here yet.",
  "chart.asTable": "Show as a table",
  "chart.asChart": "Show as a chart",

  // Agent desk

  // Softphone

  // Sales ops

  // Wallboard and reports

  // Compliance

  // People
} as const;

export type Key = keyof typeof en;
export type Texts = Record<Key, string>;
