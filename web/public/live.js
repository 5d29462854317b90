// The live page: shows the engine's figures as they change, and starts and stops campaigns.
//
// Everything from the engine goes into the page as text, never as markup. Elements are made once
// and then changed in place, so that the focus and a screen reader's place are not lost.

import { EventStream } from '/events.js';
import { makePacing, modeName, updatePacing } from '/pacing.js';
import { $, count, duration, make, one, reconcile, sentence, setText, sum, two } from '/page.js';

const LINES = [
  ['committing', 'Being logged'], ['dialing', 'Dialing'], ['ringing', 'Ringing'],
  ['waiting', 'Waiting for an agent'], ['bridged', 'In conversation'], ['message', 'Hearing the message'],
];
const AGENT_STATES = [
  ['ready', 'Ready'], ['reserved', 'Reserved'], ['talking', 'Talking'],
  ['wrap_up', 'Wrapping up'], ['paused', 'Paused'], ['offline', 'Offline'],
];
const LEADS = [
  ['ready', 'Ready to dial'], ['leased', 'Being dialed'], ['resting', 'Resting until a retry'],
  ['finished', 'Spoken to'], ['exhausted', 'All attempts used'], ['blocked', 'Blocked for good'],
];
const OUTCOMES = {
  answered: 'Answered', busy: 'Busy', no_answer: 'No answer', rejected: 'Rejected',
  invalid_number: 'Invalid number', congestion: 'Congestion', trunk_failure: 'Trunk failure',
  cancelled: 'Cancelled by us', not_sent: 'Not sent', interrupted: 'Interrupted',
};
const TREATMENTS = {
  bridged: 'talked', abandoned: 'abandoned', early_hangup: 'hung up early', none: '',
};
const REFUSALS = {
  HOURS: 'Outside the legal hours somewhere the person may be',
  HOLIDAY: 'A holiday on which such calls are not allowed',
  FREQ: 'The person was called as often as is allowed',
  CONSENT: 'The consent that the call needs is not there',
  REVOKED: 'The person took back the consent',
  COMPANY_DNC: 'On the company’s own do-not-call list',
  LIST_NATIONAL: 'On the national do-not-call list',
  LIST_STATE: 'On the state’s do-not-call list',
  LIST_PREFERENCE: 'On a preference list',
  LIST_LITIGATOR: 'On a list of people who sue',
  LIST_OTHER: 'On another suppression list',
  LIST_MISSING: 'A required do-not-call list was never loaded',
  LIST_STALE: 'A required do-not-call list is too old',
  LIST_NOT_SUBSCRIBED: 'The registry’s subscription does not cover the area code',
  FEED_STALE: 'Recent opt-outs may be missing',
  LINE: 'Not a line that may be called: toll-free, premium, service or protected',
  REASSIGNED: 'The number may have a new owner',
  EMERGENCY: 'A state of emergency is declared there',
  TZ_UNKNOWN: 'The person’s time zone is not known',
  TZDB_STALE: 'The time zone data are too old',
  PACK_MISSING: 'No rules for that country',
  UNKNOWN: 'A fact that a rule asks for is not known',
};
/** In words; codes that differ in whose rule it is, or in which fact is missing, name it. */
function refusalInWords(code) {
  const group = code.split('_')[0];
  const words = REFUSALS[code] ?? REFUSALS[group];
  const rest = code.slice(group.length + 1).replaceAll('_', ' ').toLowerCase();
  return REFUSALS[code] || !words ? (words ?? code) : `${words} (${rest})`;
}
const STEERING = ['ops', 'supervisor', 'admin'];

const page = { token: '', me: null, stream: null, live: null, heardAt: 0, retryAt: 0 };

/** The engine's clock now, which in a demo is not this computer's. */
function engineNow() {
  return page.live ? Date.parse(page.live.at) + (performance.now() - page.heardAt) : NaN;
}

function inWords(seconds) {
  const minutes = Math.round(seconds / 60);
  const parts = [[Math.floor(minutes / 1440), 'd'], [Math.floor(minutes / 60) % 24, 'h'], [minutes % 60, 'min']];
  return parts.filter(([n]) => n > 0).map(([n, unit]) => `${n} ${unit}`).join(' ') || `${Math.round(seconds)} s`;
}

const utcTime = (ms) => `${new Date(ms).toISOString().slice(11, 19)} UTC`;

const milliseconds = (value) => (value == null ? '–' : `${one.format(value)} ms`);
const nearlyAll = (value) => (value == null ? '' : `99 % within ${one.format(value)} ms`);

// ---- parts of the page

function showTiles(parent, names, values, keepZeros = true) {
  const rows = names.filter(([key]) => keepZeros || values[key] > 0);
  reconcile(parent, rows, ([key]) => key,
    ([key, name]) => make('div', { 'data-of': key }, make('dt', {}, name), make('dd')),
    (tile, [key]) => {
      setText(tile.lastElementChild, count.format(values[key] ?? 0));
      tile.toggleAttribute('data-zero', !values[key]);
    });
}

function showBar(parent, names, values) {
  reconcile(parent, names, ([key]) => key, ([key]) => make('span', { 'data-of': key }),
    (part, [key]) => { part.style.flexGrow = values[key] ?? 0; });
}

/** Counts as rows of name, bar and number, largest first. */
function showCounts(parent, counts, nameOf, empty) {
  const rows = Object.entries(counts ?? {}).filter(([, n]) => n > 0).sort((a, b) => b[1] - a[1]);
  const most = rows.length > 0 ? rows[0][1] : 1;
  const list = rows.length > 0 ? rows : [['', 0]];
  reconcile(parent, list, ([key]) => key,
    ([key]) => key === ''
      ? make('li', { class: 'quiet' }, empty)
      : make('li', {}, make('span', { class: 'name' }), make('b'), make('span', { class: 'level', 'aria-hidden': 'true' }, make('i'))),
    (row, [key, n]) => {
      if (key === '') {
        return;
      }
      setText(row.children[0], nameOf(key));
      setText(row.children[1], count.format(n));
      row.children[2].firstElementChild.style.width = `${(100 * n) / most}%`;
    });
}

function makeCampaign(campaign) {
  const titleId = `campaign-${campaign.id}`;
  const part = (name, kind, attributes = {}) => make(kind, { 'data-part': name, ...attributes });
  const figure = (name, title) => make('div', {}, make('dt', {}, title), part(name, 'dd'),
    part(`${name}-more`, 'dd', { class: 'quiet' }));
  const card = make('section', { class: 'card campaign', 'aria-labelledby': titleId },
    make('div', { class: 'head' },
      make('h2', { id: titleId }, campaign.name),
      part('state', 'p', { class: 'pill' }),
      part('mode', 'p', { class: 'quiet' }),
      part('steer', 'button', { type: 'button' })),
    part('fault', 'p', { class: 'fault', role: 'alert', hidden: '' }),
    part('why', 'div', { class: 'why', role: 'status' }),
    makePacing(campaign),
    make('dl', { class: 'figures' },
      figure('attempts', 'Attempts'), figure('answered', 'Answered'), figure('bridged', 'Bridged'),
      figure('abandoned', 'Abandoned'),
      figure('bridge', 'Answer to bridge'), figure('agent', 'Answer to agent'),
      figure('idle', 'Agent idle per call')),
    make('div', { class: 'columns' },
      make('div', {}, make('h3', {}, 'Outcomes'), part('outcomes', 'ul', { class: 'counts' })),
      make('div', {}, make('h3', {}, 'Refused at the gate'), part('refused', 'ul', { class: 'counts' })),
      make('div', {}, make('h3', {}, 'Leads'), part('leads', 'ul', { class: 'counts' }))));
  card.parts = Object.fromEntries([...card.querySelectorAll('[data-part]')].map((e) => [e.dataset.part, e]));
  card.parts.steer.addEventListener('click', () => steer(card));
  return card;
}

function updateCampaign(card, campaign) {
  const { parts } = card;
  // That a stopped campaign does not dial needs no explanation.
  const reasons = campaign.running ? campaign.not_dialing ?? [] : [];
  const state = !campaign.running ? 'stopped' : reasons.length > 0 ? 'held' : 'dialing';
  card.campaign = campaign;
  parts.state.dataset.state = state;
  setText(parts.state, { stopped: 'Stopped', held: 'Not dialing', dialing: 'Dialing' }[state]);
  const pool = campaign.pool ? `, agents shared in the pool ${campaign.pool.name}` : '';
  setText(parts.mode, modeName(campaign.mode) + pool);
  parts.steer.hidden = !STEERING.includes(page.me?.role);
  parts.steer.className = campaign.running ? 'plain' : '';
  setText(parts.steer, campaign.running ? 'Stop' : 'Start');
  parts.steer.setAttribute('aria-label', `${campaign.running ? 'Stop' : 'Start'} ${campaign.name}`);
  setText(parts.why, reasons.length > 0 ? `Not dialing because ${reasons.join('; ')}.` : '');
  parts.why.hidden = reasons.length === 0;
  updatePacing(card, campaign);
  updateFigures(parts, campaign);
  showCounts(parts.outcomes, campaign.outcomes, (key) => OUTCOMES[key] ?? sentence(key), 'No attempt has ended yet');
  showCounts(parts.refused, campaign.refused, refusalInWords, 'Nothing was refused');
  showLeads(parts.leads, campaign);
}

// Where the leads are: what stops each group, most of them first, and what may be called now.
function showLeads(parent, campaign) {
  const stages = campaign.funnel?.stages;
  if (!stages) {
    const leads = Object.fromEntries(LEADS);
    showCounts(parent, campaign.leads, (key) => leads[key] ?? sentence(key), 'No leads');
    return;
  }
  const words = Object.fromEntries(stages.map((stage) => [stage.step, stage.words]));
  const counts = Object.fromEntries(stages.map((stage) => [stage.step, stage.leads]));
  showCounts(parent, counts, (key) => sentence(words[key]), 'No leads');
  for (const row of parent.children) {
    // Why, in the order of the server, where the pointer rests.
    const stage = stages.find((one) => sentence(one.words) === row.firstElementChild?.textContent);
    row.title = (stage?.reasons ?? []).map((reason) => `${count.format(reason.leads)} ${reason.words}`).join('\n');
  }
}

function updateFigures(parts, campaign) {
  const { attempts, answered, bridged, abandoned } = campaign;
  setText(parts.attempts, count.format(attempts));
  setText(parts.answered, count.format(answered));
  setText(parts['answered-more'], attempts > 0 ? `${one.format((100 * answered) / attempts)} % of attempts` : '');
  setText(parts.bridged, count.format(bridged));
  setText(parts['bridged-more'], campaign.early_hangup > 0 ? `${count.format(campaign.early_hangup)} hung up early` : '');
  setText(parts.abandoned, answered > 0 ? `${two.format((100 * abandoned) / answered)} %` : '–');
  setText(parts['abandoned-more'], `${count.format(abandoned)} of ${count.format(answered)} answered`);
  // The share since the start only warns where the legal periods tell the whole: they have the say.
  const missed = (campaign.budget ?? []).some((period) => !period.met);
  parts.abandoned.toggleAttribute('data-alarm', missed);
  for (const [name, value] of [['bridge', campaign.answer_to_bridge_ms], ['agent', campaign.answer_to_agent_ms]]) {
    setText(parts[name], milliseconds(value?.p50));
    setText(parts[`${name}-more`], nearlyAll(value?.p99));
  }
  setText(parts.idle, campaign.agent_idle_s_per_call == null ? '–' : `${one.format(campaign.agent_idle_s_per_call)} s`);
}

const makeRow = (heading, cells) => make('tr', {}, make('th', { scope: 'row' }), ...cells.map((kind) => make('td', kind ? { class: kind } : {})));

function showAgents(agents) {
  const known = Object.fromEntries(AGENT_STATES);
  const totals = {};
  agents.forEach((agent) => { totals[agent.state] = (totals[agent.state] ?? 0) + 1; });
  setText($('agents-total'), `${count.format(agents.length - (totals.offline ?? 0))} signed in`);
  showTiles($('agents-tiles'), AGENT_STATES, totals);
  const order = Object.fromEntries(AGENT_STATES.map(([key], i) => [key, i]));
  const sorted = [...agents].sort((a, b) => (a.state === 'offline') - (b.state === 'offline')
    || a.name.localeCompare(b.name) || order[a.state] - order[b.state]);
  reconcile($('agents'), sorted, (agent) => agent.id, () => makeRow('', ['', 'number', '', '', '']), (row, agent) => {
    const [name, state, since, call, campaign, phone] = row.cells;
    setText(name, agent.name);
    if (!state.firstElementChild) {
      state.append(make('span', { class: 'state' }), make('span', { class: 'quiet' }));
    }
    state.firstElementChild.dataset.of = agent.state;
    setText(state.firstElementChild, known[agent.state] ?? sentence(agent.state));
    setText(state.lastElementChild, agent.reason ? ` ${agent.reason}` : '');
    since.dataset.since = agent.since ? Date.parse(agent.since) : '';
    const who = (person) => [person.name, person.number].filter(Boolean).join(', ');
    setText(call, agent.call ? who(agent.call) : agent.preview ? `Looking at ${who(agent.preview)}` : '');
    setText(campaign, agent.campaign ?? '');
    setText(phone, agent.phone ?? '');
    phone.toggleAttribute('data-alarm', agent.state !== 'offline' && agent.phone === 'not registered');
  });
}

function showTrunks(live) {
  reconcile($('trunks'), live.trunks, (trunk) => trunk.name, () => makeRow('', ['', 'number', 'number']), (row, trunk) => {
    const [name, health, lines, rate] = row.cells;
    setText(name, trunk.name);
    setText(health, trunk.up ? 'Up' : `Down${trunk.why ? `: ${trunk.why}` : ''}`);
    health.toggleAttribute('data-alarm', !trunk.up);
    setText(lines, count.format(trunk.lines));
    setText(rate, one.format(trunk.calls_per_second));
  });
  const { sip_strangers: strangers = 0, sip_malformed: malformed = 0 } = live.dropped ?? {};
  setText($('dropped'), `Dropped: ${count.format(strangers)} SIP messages from strangers, ${count.format(malformed)} malformed.`);
}

function showLog(rows) {
  $('log-card').hidden = rows == null || rows.length === 0;
  reconcile($('log'), rows ?? [], (row) => `${row.at} ${row.number}`, () => makeRow('', ['', '', '', '']), (row, entry) => {
    const [at, number, outcome, agent, campaign] = row.cells;
    setText(at, utcTime(Date.parse(entry.at)));
    setText(number, entry.number);
    const treatment = TREATMENTS[entry.treatment] ?? entry.treatment ?? '';
    setText(outcome, [OUTCOMES[entry.outcome] ?? sentence(entry.outcome), treatment].filter(Boolean).join(', '));
    setText(agent, entry.agent ?? '');
    setText(campaign, entry.campaign ?? '');
  });
}

function banners() {
  const list = [];
  const { live } = page;
  if (page.retryAt > 0) {
    const seconds = Math.max(0, Math.ceil((page.retryAt - performance.now()) / 1000));
    const age = live ? ` The figures below are from ${utcTime(Date.parse(live.at))} and may be out of date.` : '';
    // The seconds are shown beside the text that is read aloud, so that they are not read each time.
    list.push(['lost', 'alarm', `Connection lost.${age}`, seconds > 0 ? `Next attempt in ${seconds} s.` : 'Connecting …']);
  }
  if (live?.store && !live.store.available) {
    list.push(['store', 'alarm', 'The database is out of reach. Nothing is dialed until it is back; calls in progress go on.', '']);
  }
  if (live && Math.abs(live.clock_shift_s) >= 1) {
    const shift = inWords(Math.abs(live.clock_shift_s));
    list.push(['clock', 'demo', `Demonstration. The engine’s clock is ${shift} ${live.clock_shift_s > 0 ? 'ahead of' : 'behind'} the real time, so that it dials at any hour.`, '']);
  }
  return list;
}

function showBanners() {
  reconcile($('banners'), banners(), ([key]) => key,
    ([, kind]) => make('p', { class: 'banner', 'data-kind': kind }, make('span'), make('span', { class: 'countdown', 'aria-hidden': 'true' })),
    (banner, [, , text, aside]) => {
      setText(banner.children[0], text);
      setText(banner.children[1], aside);
    });
}

function show() {
  const { live } = page;
  $('figures').hidden = !live;
  if (!live) {
    return;
  }
  const lines = Object.fromEntries(LINES.map(([key]) => [key, sum(live.campaigns.map((c) => c.lines[key]))]));
  setText($('lines-total'), `${count.format(sum(Object.values(lines)))} in use`);
  showTiles($('lines-tiles'), LINES, lines);
  showBar($('lines-bar'), LINES, lines);
  reconcile($('campaigns'), live.campaigns, (c) => c.id, makeCampaign, updateCampaign);
  showAgents(live.agents);
  showTrunks(live);
  showLog(live.log);
}

function tick() {
  const now = engineNow();
  if (!Number.isNaN(now) && page.retryAt === 0) {
    setText($('clock'), utcTime(now));
    for (const cell of document.querySelectorAll('[data-since]')) {
      setText(cell, cell.dataset.since ? duration((now - Number(cell.dataset.since)) / 1000) : '');
    }
  }
  showBanners();
}

// ---- talking to the engine

async function ask(method, path) {
  const response = await fetch(path, { method, headers: { Authorization: `Bearer ${page.token}` }, cache: 'no-store' });
  const answer = response.status === 204 ? null : await response.json().catch(() => null);
  if (!response.ok) {
    throw new Error(answer?.error?.message ?? `The server answered ${response.status}.`);
  }
  return answer;
}

async function steer(card) {
  const { campaign, parts } = card;
  parts.steer.disabled = true;
  parts.fault.hidden = true;
  try {
    await ask('POST', `/api/campaigns/${encodeURIComponent(campaign.name)}/${campaign.running ? 'stop' : 'start'}`);
  } catch (error) {
    setText(parts.fault, error.message);
    parts.fault.hidden = false;
  } finally {
    parts.steer.disabled = false;
    parts.steer.focus();
  }
}

function setLink(state, text) {
  $('link').dataset.state = state;
  setText($('link'), text);
  document.body.classList.toggle('stale', state === 'lost');
}

const listener = {
  open() {
    page.retryAt = 0;
    setLink('live', 'Live');
    tick();
    if (!page.me) {
      whoAmI();
    }
  },
  event(name, text) {
    if (name !== 'live') {
      return;
    }
    page.live = JSON.parse(text);
    page.heardAt = performance.now();
    show();
    tick();
  },
  lost(wait) {
    page.retryAt = performance.now() + wait;
    setLink('lost', 'Connection lost');
    tick();
  },
  refused(status, message) {
    signOut({
      401: 'That token is not known here, or it was taken back.',
      403: 'That token’s role may not see the live figures.',
    }[status] ?? message);
  },
};

async function whoAmI() {
  try {
    page.me = await ask('GET', '/api/me');
    setText($('who-name'), `${page.me.name} (${page.me.role})`);
    show();
  } catch {
    setText($('who-name'), ''); // the stream tells what is wrong; it is asked again with the next one
  }
}

function signIn(token) {
  page.token = token;
  sessionStorage.setItem('token', token);
  $('sign-in').hidden = true;
  $('who').hidden = false;
  setLink('idle', 'Connecting …');
  page.stream = new EventStream('/api/events', token, listener);
}

function signOut(fault = '') {
  page.stream?.close();
  Object.assign(page, { token: '', me: null, stream: null, live: null, retryAt: 0 });
  sessionStorage.removeItem('token');
  setText($('who-name'), '');
  $('who').hidden = true;
  $('sign-in').hidden = false;
  $('sign-in-fault').hidden = fault === '';
  setText($('sign-in-fault'), fault);
  setText($('clock'), '–');
  setLink('idle', 'Not connected');
  show();
  showBanners();
  $('token').focus();
}

function start() {
  $('sign-in').addEventListener('submit', (event) => {
    event.preventDefault();
    const token = $('token').value.trim();
    $('token').value = '';
    if (token) {
      signIn(token);
    }
  });
  $('sign-out').addEventListener('click', () => signOut());
  window.addEventListener('online', () => page.stream?.hurry());
  document.addEventListener('visibilitychange', () => document.hidden || page.stream?.hurry());
  // The token leaves the address bar at once, so that it is not in a bookmark or a screenshot.
  const given = location.hash.match(/^#token=([^&]+)/)?.[1];
  if (given) {
    history.replaceState(null, '', location.pathname);
  }
  const token = given || sessionStorage.getItem('token');
  if (token) {
    signIn(token);
  } else {
    signOut();
  }
  setInterval(tick, 1000);
}

start();
