import type { Texts } from "./en";

export const pt: Texts = {
  "app.name": "Dialer",
  "app.skip": "Ir para o conteúdo",
  "app.menu": "Páginas",
  "app.account": "Conta",
  "app.signOut": "Sair",
  "app.language": "Idioma",
  "app.theme": "Aparência",
  "theme.system": "Como o sistema",
  "theme.light": "Claro",
  "theme.dark": "Escuro",
  "app.lost": "Sem notícias do motor desde {time}. O que está no ecrã pode estar desatualizado.",
  "app.loading": "A carregar …",
  "app.retry": "Tentar de novo",
  "app.close": "Fechar",
  "app.cancel": "Cancelar",
  "app.shortcuts": "Teclas",

  "error.unreachable": "O motor não responde. Verifique a rede; nada foi alterado.",
  "error.unknown": "Não foi possível. Tente de novo.",
  "page.notFound": "Esta página não existe.",
  "page.forbidden": "O seu perfil não tem acesso a esta página.",

  "role.ops": "Operações de vendas",
  "role.agent": "Agente",
  "role.supervisor": "Supervisor",
  "role.compliance": "Conformidade",
  "role.admin": "Administrador",

  "nav.desk": "Mesa",
  "nav.campaigns": "Campanhas",
  "nav.lists": "Listas",
  "nav.wallboard": "Painel",
  "nav.reports": "Relatórios",
  "nav.compliance": "Conformidade",
  "nav.users": "Utilizadores",

  "signIn.title": "Entrar",
  "signIn.name": "Nome",
  "signIn.password": "Palavra-passe",
  "signIn.button": "Entrar",
  "signIn.wrong": "O nome ou a palavra-passe está errado.",
  "signIn.locked": "Muitas tentativas erradas. Espere um minuto.|Muitas tentativas erradas. Espere {n} minutos.",
  "signIn.ended": "A sua sessão terminou. Entre de novo para continuar.",

  "table.rows": "uma linha|{n} linhas",
  "table.sortBy": "Ordenar por {column}",
  "table.none": "Nada aqui ainda.",
  "chart.asTable": "Mostrar como tabela",
  "chart.asChart": "Mostrar como gráfico",

  // Agent desk

  // Softphone

  // Sales ops

  // Wallboard and reports

  // Compliance

  // People
};
