import type { Texts } from "./en";

export const pl: Texts = {
  "app.name": "Dialer",
  "app.skip": "Przejdź do treści",
  "app.menu": "Strony",
  "app.account": "Konto",
  "app.signOut": "Wyloguj",
  "app.language": "Język",
  "app.theme": "Wygląd",
  "theme.system": "Jak w systemie",
  "theme.light": "Jasny",
  "theme.dark": "Ciemny",
  "app.lost": "Brak wiadomości od silnika od {time}. Dane na ekranie mogą być nieaktualne.",
  "app.loading": "Wczytywanie …",
  "app.retry": "Spróbuj ponownie",
  "app.close": "Zamknij",
  "app.cancel": "Anuluj",
  "app.shortcuts": "Klawisze",

  "error.unreachable": "Silnik nie odpowiada. Sprawdź sieć; nic nie zmieniono.",
  "error.unknown": "Nie udało się. Spróbuj ponownie.",
  "page.notFound": "Nie ma takiej strony.",
  "page.forbidden": "Twoja rola nie ma dostępu do tej strony.",

  "role.ops": "Dział sprzedaży",
  "role.agent": "Konsultant",
  "role.supervisor": "Kierownik zmiany",
  "role.compliance": "Zgodność",
  "role.admin": "Administrator",

  "nav.desk": "Stanowisko",
  "nav.campaigns": "Kampanie",
  "nav.lists": "Listy",
  "nav.wallboard": "Tablica",
  "nav.reports": "Raporty",
  "nav.compliance": "Zgodność",
  "nav.users": "Użytkownicy",

  "signIn.title": "Zaloguj się",
  "signIn.name": "Nazwa",
  "signIn.password": "Hasło",
  "signIn.button": "Zaloguj",
  "signIn.wrong": "Nazwa lub hasło jest błędne.",
  "signIn.locked": "Zbyt wiele błędnych prób. Odczekaj minutę.|Zbyt wiele błędnych prób. Odczekaj {n} minuty.|Zbyt wiele błędnych prób. Odczekaj {n} minut.",
  "signIn.ended": "Sesja się zakończyła. Zaloguj się ponownie, aby kontynuować.",

  "table.rows": "jeden wiersz|{n} wiersze|{n} wierszy",
  "table.sortBy": "Sortuj według: {column}",
  "table.none": "Na razie nic tu nie ma.",
  "chart.asTable": "Pokaż jako tabelę",
  "chart.asChart": "Pokaż jako wykres",

  // Agent desk

  // Softphone

  // Sales ops

  // Wallboard and reports

  // Compliance

  // People
};
