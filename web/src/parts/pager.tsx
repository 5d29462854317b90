// Long tables in pages.

import { t } from "../text";

export function Pager(props: { page: number; size: number; total: number;
  onPage: (page: number) => void }) {
  const { page, size, total } = props;
  const pages = Math.ceil(total / size);
  const last = Math.min((page + 1) * size, total);
  if (pages <= 1) {
    return null;
  }
  return (
    <nav class="row pager" aria-label={t("table.pages")}>
      <button type="button" disabled={page === 0} onClick={() => props.onPage(page - 1)}>
        {t("table.before")}
      </button>
      <span role="status">
        {t("table.range", { first: page * size + 1, last, total })}
      </span>
      <button type="button" disabled={page >= pages - 1} onClick={() => props.onPage(page + 1)}>
        {t("table.after")}
      </button>
    </nav>
  );
}
