// Why a campaign dials as it does, and what the law on abandoned calls still leaves it.

import { count, make, one, reconcile, sentence, setText, two } from '/page.js';

const MODES = {
  manual: 'Manual: agents dial numbers themselves',
  preview: 'Preview: agents look at a lead, then dial it',
  progressive: 'Progressive: one line for each free agent',
  predictive: 'Predictive: dials ahead of the agents',
  ratio: 'Fixed ratio: so many lines for each free agent',
  agentless: 'Agentless: answered calls hear the message',
};
const LIMITS = {
  agents: 'Agents: one more answer would too likely find nobody free',
  leads: 'Leads: there is no further one at hand',
  trunk: 'Trunk: no channel is free',
  rate: 'Trunk: no more calls this second',
  law: 'The law: the abandonment allowed is used up, so one line for each free agent',
  turn: 'The shared agents: it is another campaign’s turn',
  mode: 'The mode: people dial, not the engine',
  nobody: 'Agents: nobody is signed in',
};
// Without a prediction nothing is "likely": the lines of the free agents are the limit.
const LIMIT_BY_RULE = 'Agents: each free one has the lines of this mode';
const FIGURES = [
  ['free', 'Agents free'], ['expected', 'More expected free'], ['flight', 'Lines in flight'],
  ['answers', 'Answers expected'], ['shortage', 'Chance that one more finds nobody'],
  ['threshold', 'Accepted up to'],
];

function limitText(campaign) {
  const { limit } = campaign.pacing;
  return limit === 'agents' && campaign.mode !== 'predictive' ? LIMIT_BY_RULE : LIMITS[limit] ?? sentence(limit);
}

export const modeName = (mode) => MODES[mode] ?? sentence(mode);

const percent = (share) => `${one.format(100 * share)} %`;

/** Which days a legal period covers, in words. */
function periodName({ period, days, from }) {
  return {
    successive_days: `${days} days from ${from}`,
    trailing_days: `Last ${days} days`,
    calendar_month: `This calendar month, from ${from}`,
    day: `Today, ${from}`,
  }[period] ?? `${sentence(period)} from ${from}`;
}

/** "52 of 2,133 answered calls abandoned, 2.44 %; 5.0 % allowed; 54 more would still be lawful". */
function periodText({ answered, abandoned, cap, left, met }) {
  const share = answered > 0 ? `, ${two.format((100 * abandoned) / answered)} %` : '';
  const rest = met ? `${count.format(Math.max(0, Math.floor(left)))} more would still be lawful` : 'over the limit';
  return `${count.format(abandoned)} of ${count.format(answered)} answered calls abandoned${share}; ${percent(cap)} allowed; ${rest}`;
}

export function makePacing(campaign) {
  const titleId = `pacing-${campaign.id}`;
  return make('section', { class: 'pacing', 'data-part': 'pacing', 'aria-labelledby': titleId, hidden: '' },
    make('h3', { id: titleId }, 'Pacing'),
    make('p', { 'data-part': 'pacing-limit' }),
    make('p', { class: 'quiet', 'data-part': 'pacing-sentence' }),
    make('dl', { class: 'figures small', 'data-part': 'pacing-figures' }),
    make('h3', { 'data-part': 'budget-title' }, 'Abandonment the law allows'),
    make('ul', { class: 'budgets', 'data-part': 'budget' }));
}

function figures(pacing) {
  const mean = (value) => (value == null ? '–' : one.format(value));
  const share = (value) => (value == null ? '–' : percent(value));
  return {
    free: `${count.format(pacing.agents_free ?? 0)} of ${count.format(pacing.agents_signed_in ?? 0)}`,
    expected: mean(pacing.agents_expected) + (pacing.horizon_s > 0 ? ` in ${one.format(pacing.horizon_s)} s` : ''),
    flight: count.format(pacing.lines_in_flight ?? 0),
    answers: mean(pacing.answers_expected),
    shortage: share(pacing.shortage),
    threshold: share(pacing.threshold),
  };
}

function showBudget(list, campaign) {
  const place = (period) => `${period.period} ${period.days}`;
  reconcile(list, campaign.budget ?? [], place,
    (period) => {
      const nameId = `budget-${campaign.id}-${place(period).replaceAll(' ', '-')}`;
      return make('li', {}, make('span', { class: 'name', id: nameId }), make('span', { class: 'quiet' }),
        make('span', { class: 'level', role: 'meter', 'aria-labelledby': nameId, 'aria-valuemin': '0' }, make('i')));
    },
    (row, period) => {
      const [name, text, meter] = row.children;
      const share = period.answered > 0 ? period.abandoned / period.answered : 0;
      const used = period.cap > 0 ? share / period.cap : 0;
      setText(name, periodName(period));
      setText(text, periodText(period));
      row.toggleAttribute('data-alarm', !period.met);
      row.dataset.state = !period.met ? 'missed' : used > 0.9 ? 'near' : 'met';
      meter.setAttribute('aria-valuemax', String(100 * period.cap));
      meter.setAttribute('aria-valuenow', String(Math.min(100 * share, 100 * period.cap)));
      meter.setAttribute('aria-valuetext', `${two.format(100 * share)} % of ${percent(period.cap)}`);
      meter.firstElementChild.style.width = `${Math.min(100, 100 * used)}%`;
    });
}

/** Shows campaign.pacing and campaign.budget; an engine that tells neither shows no such part. */
export function updatePacing(card, campaign) {
  const { parts } = card;
  const { pacing } = campaign;
  const budget = campaign.budget ?? [];
  parts.pacing.hidden = !pacing && budget.length === 0;
  parts['pacing-sentence'].hidden = !pacing;
  parts['pacing-limit'].hidden = !pacing || !campaign.running;
  parts['pacing-figures'].hidden = !pacing || campaign.mode !== 'predictive';
  parts['budget-title'].hidden = budget.length === 0;
  if (pacing) {
    setText(parts['pacing-sentence'], `Last decision: ${pacing.sentence}.`);
    setText(parts['pacing-limit'], `What limits dialing now – ${limitText(campaign)}.`);
    const values = figures(pacing);
    reconcile(parts['pacing-figures'], FIGURES, ([key]) => key,
      ([, name]) => make('div', {}, make('dt', {}, name), make('dd')),
      (tile, [key]) => setText(tile.lastElementChild, values[key]));
  }
  showBudget(parts.budget, campaign);
}
