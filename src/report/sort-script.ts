/** Makes columns with `data-sort` buttons that sort their table: numbers from the largest, missing values last. */
export const SORT_SCRIPT = `
for (const table of document.querySelectorAll('table.sortable')) {
  const heads = [...table.querySelectorAll('thead th')];
  const body = table.querySelector('tbody');
  heads.forEach((head, column) => {
    if (!head.dataset.sort) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const before = head.getAttribute('aria-sort');
      const first = head.dataset.sort === 'number' ? 'descending' : 'ascending';
      const order = before ? (before === 'ascending' ? 'descending' : 'ascending') : first;
      heads.forEach((other) => other.removeAttribute('aria-sort'));
      head.setAttribute('aria-sort', order);
      const sign = order === 'ascending' ? 1 : -1;
      const valueOf = (row) => {
        const { value } = row.children[column].dataset;
        if (head.dataset.sort === 'number') return value ? Number(value) : null;
        return value || row.children[column].textContent;
      };
      const compare = (a, b) => (typeof a === 'string' ? a.localeCompare(b) : a - b);
      const rows = [...body.children].map((row) => ({ row, value: valueOf(row) }));
      rows.sort((a, b) => {
        if (a.value === null || b.value === null) return (a.value === null) - (b.value === null);
        return sign * compare(a.value, b.value);
      });
      body.append(...rows.map(({ row }) => row));
    });
  });
}
`;

/** The SHA-256 of the script, by which the page allows it and no other. */
export const SORT_SCRIPT_HASH = 'sha256-WhNo65zligRfWYhuqS9157enNyjir/TY4+AVaXl78us=';
