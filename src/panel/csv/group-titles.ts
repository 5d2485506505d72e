import { totalledName } from './line-kinds.js';

/**
 * The stack of titles above groups of lines. A line with a total closes its group and the groups within it.
 */
export class GroupTitles {
  private open: string[] = [];

  begin(title: string): void {
    this.open.push(title);
  }

  /** Closes a group by the line with its total; a total that names no open group closes all. */
  close(totalLine: string): void {
    const name = totalledName(totalLine);
    const at = name === undefined || name === '' ? -1 : this.open.lastIndexOf(name);
    this.open = at < 0 ? [] : this.open.slice(0, at);
  }

  /** The innermost title; empty if no group is open. */
  get title(): string {
    return this.open[this.open.length - 1] ?? '';
  }

  /** The title around the innermost one. */
  get outer(): string | undefined {
    return this.open.length > 1 ? this.open[this.open.length - 2] : undefined;
  }
}
