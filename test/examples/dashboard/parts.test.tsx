import { useQuery } from '@tanstack/react-query';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { ForecastError } from 'commerce-forecast';
import { describe, expect, it, vi } from 'vitest';
import { ApiProblem } from '../../../examples/dashboard/src/api/problem.js';
import { ProfileChart } from '../../../examples/dashboard/src/charts/profile-chart.js';
import { Calendar } from '../../../examples/dashboard/src/pages/plan/calendar.js';
import { Answer } from '../../../examples/dashboard/src/ui/answer.js';
import { DataTable } from '../../../examples/dashboard/src/ui/data-table.js';
import { InTurn, Turn } from '../../../examples/dashboard/src/ui/in-turn.js';
import { PeriodSwitch } from '../../../examples/dashboard/src/ui/period-switch.js';
import { ProblemBox } from '../../../examples/dashboard/src/ui/problem-box.js';
import { TrendMark } from '../../../examples/dashboard/src/ui/trend-mark.js';
import { show } from './render.js';

describe('a page in turns', () => {
  it('begins with its top, and is whole in the end', async () => {
    const pictures: string[] = [];
    const Picture = ({ name }: { readonly name: string }) => {
      pictures.push(name);
      return <p>{name}</p>;
    };
    await show(
      <InTurn turns={2}>
        <Turn at={2}>
          <Picture name="bottom" />
        </Turn>
        <Turn at={1}>
          <Picture name="middle" />
        </Turn>
        <Picture name="top" />
      </InTurn>,
    );
    expect(screen.queryByText('bottom')).toBeNull();
    await screen.findByText('bottom');
    expect(pictures).toEqual(['top', 'middle', 'bottom']);
  });

  it('waits for nothing outside of one', async () => {
    await show(<Turn at={3}>there</Turn>);
    expect(screen.getByText('there')).toBeDefined();
  });
});

describe('a table', () => {
  const rows = [
    { name: 'Tea 10', units: 5 },
    { name: 'Tea 9', units: null },
    { name: 'Cup', units: 1_200 },
  ];
  const table = (
    <DataTable
      caption="Products"
      rows={rows}
      rowKey={({ name }) => name}
      columns={[
        { name: 'Product', value: ({ name }) => name },
        { name: 'Units', value: ({ units }) => units },
      ]}
    />
  );
  const firstCells = () =>
    screen
      .getAllByRole('row')
      .slice(1)
      .map((row) => within(row).getAllByRole('cell')[0]?.textContent);

  it('is sorted by a column, and the other way round', async () => {
    await show(table);
    const user = userEvent.setup();
    const header = screen.getByRole('columnheader', { name: /Units/ });
    await user.click(within(header).getByRole('button'));
    expect(header.getAttribute('aria-sort')).toBe('descending');
    expect(firstCells()).toEqual(['Tea 9', 'Cup', 'Tea 10']);
    await user.click(within(header).getByRole('button'));
    expect(firstCells()).toEqual(['Tea 10', 'Cup', 'Tea 9']);
  });

  it('sorts names with numbers as people do', async () => {
    await show(table);
    await userEvent.setup().click(screen.getByRole('button', { name: /Product/ }));
    expect(firstCells()).toEqual(['Cup', 'Tea 9', 'Tea 10']);
  });

  it('begins where it is told to, until it is sorted or wanted as a whole', async () => {
    const name = { name: 'Product', value: (row: (typeof rows)[number]) => row.name };
    await show(
      <DataTable
        caption="Products"
        rows={rows}
        rowKey={(row) => row.name}
        columns={[name]}
        from={1}
        limit={1}
      />,
    );
    expect(firstCells()).toEqual(['Tea 9']);
    const user = userEvent.setup();
    await user.click(screen.getByRole('button', { name: /Product/ }));
    expect(firstCells()).toEqual(['Cup']);
    await user.click(screen.getByRole('button', { name: 'Show all 3' }));
    expect(firstCells()).toEqual(['Cup', 'Tea 9', 'Tea 10']);
  });

  it('formats numbers in the language, right-aligned', async () => {
    await show(table, 'de');
    const cell = screen.getByRole('cell', { name: '1.200' });
    expect(cell.className).toBe('numeric');
    expect(screen.getByRole('cell', { name: '–' })).toBeTruthy();
  });
});

describe('an answer', () => {
  function Asking({ ask }: { readonly ask: () => Promise<string> }) {
    return <Answer query={useQuery({ queryKey: ['q'], queryFn: ask })}>{(text) => <p>{text}</p>}</Answer>;
  }

  it('is awaited, then shown', async () => {
    let arrive: (text: string) => void = () => undefined;
    await show(<Asking ask={() => new Promise((resolve) => (arrive = resolve))} />);
    expect(screen.getByRole('status').textContent).toBe('Loading …');
    arrive('There');
    expect(await screen.findByText('There')).toBeTruthy();
  });

  it('that is refused says what to do, and may be asked for again', async () => {
    const refused = new ApiProblem({ status: 503, code: 'not-trained', detail: 'No model', path: [] });
    const ask = vi.fn().mockRejectedValueOnce(refused).mockResolvedValueOnce('There');
    await show(<Asking ask={ask} />, 'de');
    expect((await screen.findByRole('alert')).textContent).toContain('Noch wurde kein Modell trainiert');
    await userEvent.setup().click(screen.getByRole('button', { name: 'Erneut versuchen' }));
    expect(await screen.findByText('There')).toBeTruthy();
  });
});

describe('a problem', () => {
  const refused = (status: number, code: string) =>
    ApiProblem.from(status, { code, detail: 'body.name: too long', hint: 'Shorten it.', request_id: 'r-1' });
  const linesOf = () => [...screen.getByRole('alert').children].map(({ textContent }) => textContent);

  it('with an input is told in the language of the page, with what to do and the words of the server', async () => {
    await show(<ProblemBox error={refused(400, 'invalid-parameter')} />, 'de');
    expect(linesOf()).toEqual([
      'Das hat nicht geklappt. Eine Angabe ist nicht gültig.',
      'Berichtigen Sie die unten genannte Angabe und versuchen Sie es noch einmal.',
      'Einzelheiten: body.name: too long Shorten it.',
      'Anfrage r-1',
    ]);
    const words = screen.getByText('body.name: too long Shorten it.');
    expect(words.lang).toBe('en');
    expect(words.parentElement?.className).toBe('note');
  });

  it('of a kind that is new is told by its status', async () => {
    const first = await show(<ProblemBox error={refused(422, 'brand-new')} />, 'de');
    expect(linesOf()[0]).toBe('Das hat nicht geklappt. Der Server hat das abgelehnt.');
    expect(linesOf()[2]).toContain('too long');
    first.unmount();
    await show(<ProblemBox error={refused(502, 'toString')} />, 'de');
    expect(linesOf()[0]).toBe('Das hat nicht geklappt. Der Server konnte nicht antworten.');
  });

  it('with a file that the browser reads is told like one of the server', async () => {
    const damaged = new ForecastError('invalid-data', 'The file holds no column "units"');
    await show(<ProblemBox error={damaged} />, 'de');
    expect(linesOf().slice(0, 1)).toEqual([
      'Das hat nicht geklappt. Die Daten lassen sich so nicht verwenden.',
    ]);
    expect(linesOf()[2]).toBe('Einzelheiten: The file holds no column "units"');
  });

  it('with whoever asks needs no other words', async () => {
    await show(<ProblemBox error={refused(401, 'unauthorized')} />);
    expect(linesOf().join()).not.toContain('too long');
  });
});

describe('a trend', () => {
  it('that may be chance is not shown as one', async () => {
    await show(
      <TrendMark trend={{ direction: 'up', base: 'year-before', percent: 12, significant: false }} />,
    );
    expect(screen.getByText(/may be chance/)).toBeTruthy();
    expect(screen.queryByText('▲')).toBeNull();
  });

  it('without anything to compare with says so', async () => {
    await show(
      <TrendMark trend={{ direction: 'up', base: 'year-before', percent: null, significant: true }} />,
    );
    expect(screen.getByText('no comparison')).toBeTruthy();
  });
});

describe('the period', () => {
  it('is chosen with the keyboard', async () => {
    const onChange = vi.fn();
    await show(<PeriodSwitch value="week" onChange={onChange} />);
    const user = userEvent.setup();
    await user.tab();
    await user.keyboard('{ArrowRight}');
    expect(onChange).toHaveBeenCalledWith('month');
  });
});

describe('the calendar', () => {
  const plan = {
    id: '1',
    category: 'Toys',
    date: '2026-03-05',
    promo: true,
    known_since: '2026-03-01',
    removed_on: null,
  };

  it('shows what is planned on a day, and selects a span in two steps', async () => {
    const onChoose = vi.fn();
    await show(<Calendar plans={[plan]} from="2026-03-05" to="2026-03-05" onChoose={onChoose} />);
    const day = screen.getByRole('button', { name: /Mar 5, 2026; Promotion: Toys/ });
    expect(day.getAttribute('aria-pressed')).toBe('true');
    const user = userEvent.setup();
    await user.click(screen.getByRole('button', { name: /Mar 9, 2026/ }));
    expect(onChoose).toHaveBeenLastCalledWith('2026-03-05', '2026-03-09');
    await user.click(screen.getByRole('button', { name: /Mar 2, 2026/ }));
    expect(onChoose).toHaveBeenLastCalledWith('2026-03-02', '2026-03-02');
    await user.click(screen.getByRole('button', { name: 'Month after' }));
    expect(screen.getByText('April 2026')).toBeTruthy();
  });
});

describe('a profile', () => {
  it('draws a bar for each kind of day that there is', async () => {
    const profile = { mean: 4, low: 2, high: 6, days: 52 };
    const { container } = await show(
      <ProfileChart title="Week" names={['Mon', 'Tue']} profiles={[profile, { ...profile, days: 0 }]} />,
    );
    expect(container.querySelectorAll('rect')).toHaveLength(1);
    expect(screen.getByRole('img', { name: 'Week' })).toBeTruthy();
  });
});
