import type { Texts } from "./en";

export const it: Texts = {
  "app.name": "Dialer",
  "app.skip": "Vai al contenuto",
  "app.menu": "Pagine",
  "app.account": "Account",
  "app.signOut": "Esci",
  "app.language": "Lingua",
  "app.theme": "Aspetto",
  "theme.system": "Come il sistema",
  "theme.light": "Chiaro",
  "theme.dark": "Scuro",
  "app.lost": "Nessuna notizia dal motore dalle {time}. I dati mostrati possono non essere aggiornati.",
  "app.loading": "Caricamento …",
  "app.retry": "Riprova",
  "app.close": "Chiudi",
  "app.cancel": "Annulla",
  "app.shortcuts": "Tasti",

  "error.unreachable": "Il motore non risponde. Controlla la rete; nulla è stato modificato.",
  "error.unknown": "Operazione non riuscita. Riprova.",
  "page.notFound": "Questa pagina non esiste.",
  "page.forbidden": "Il tuo ruolo non ha accesso a questa pagina.",

  "role.ops": "Operazioni di vendita",
  "role.agent": "Operatore",
  "role.supervisor": "Supervisore",
  "role.compliance": "Conformità",
  "role.admin": "Amministratore",

  "nav.desk": "Postazione",
  "nav.campaigns": "Campagne",
  "nav.lists": "Liste",
  "nav.wallboard": "Tabellone",
  "nav.reports": "Rapporti",
  "nav.compliance": "Conformità",
  "nav.users": "Utenti",

  "signIn.title": "Accedi",
  "signIn.name": "Nome",
  "signIn.password": "Password",
  "signIn.button": "Accedi",
  "signIn.wrong": "Nome o password errati.",
  "signIn.locked": "Troppi tentativi errati. Attendi un minuto.|Troppi tentativi errati. Attendi {n} minuti.",
  "signIn.ended": "La sessione è terminata. Accedi di nuovo per continuare.",

  "table.rows": "una riga|{n} righe",
  "table.sortBy": "Ordina per {column}",
  "table.none": "Ancora nulla.",
  "chart.asTable": "Mostra come tabella",
  "chart.asChart": "Mostra come grafico",

  // Agent desk

  // Softphone

  // Sales ops

  // Wallboard and reports

  // Compliance

  // People
};
