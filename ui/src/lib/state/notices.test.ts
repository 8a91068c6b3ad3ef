import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Notices } from './notices.svelte';

const act = (run = () => {}) => ({ title: 'Undo', run });
const texts = (notices: Notices) => notices.list.map(({ text }) => text);

describe('notices', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('a word goes by itself, an offer after at least ten seconds, an error by hand alone', () => {
    const notices = new Notices();
    notices.done('Taken out', { act: act(), topic: 'undo' });
    notices.error('No');
    notices.done('Copied');
    vi.advanceTimersByTime(5_000);
    expect(texts(notices)).toEqual(['Taken out', 'No']);
    vi.advanceTimersByTime(5_000);
    expect(texts(notices), 'after ten seconds').toContain('Taken out');
    vi.advanceTimersByTime(60_000);
    expect(texts(notices)).toEqual(['No']);
  });

  it('waits while somebody is at it', () => {
    const notices = new Notices();
    notices.done('Taken out', { act: act() });
    vi.advanceTimersByTime(11_000);
    notices.hold(true);
    vi.advanceTimersByTime(60_000);
    expect(texts(notices)).toEqual(['Taken out']);
    notices.hold(false);
    vi.advanceTimersByTime(1_500);
    expect(texts(notices)).toEqual([]);
  });

  it('shows three at most, and the older ones again when newer ones go', () => {
    const notices = new Notices();
    ['a', 'b', 'c', 'd'].forEach((text) => notices.error(text));
    expect(notices.shown.map(({ text }) => text)).toEqual(['b', 'c', 'd']);
    notices.dismiss(notices.list.at(-1)!.id);
    expect(notices.shown.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
  });

  it('tells what went unused, and not what was taken', () => {
    const notices = new Notices();
    const [gone, run] = [vi.fn(), vi.fn()];
    notices.done('Forgotten', { act: act(run), topic: 'undo', ongone: gone });
    expect(notices.takeTopic('undo')).toBe(true);
    expect([run.mock.calls.length, gone.mock.calls.length]).toEqual([1, 0]);
    notices.done('Forgotten', { act: act(run), topic: 'undo', ongone: gone });
    vi.advanceTimersByTime(20_000);
    expect(gone).toHaveBeenCalledOnce();
    expect(notices.takeTopic('undo')).toBe(false);
  });

  it('one topic has one notice, and is read out with the way to its offer', () => {
    const notices = new Notices();
    notices.done('Size 110 %', { topic: 'size' });
    notices.done('Size 125 %', { topic: 'size' });
    expect(texts(notices)).toEqual(['Size 125 %']);
    notices.done('reader-bot was taken out', { act: act() });
    expect(notices.spoken).toBe('reader-bot was taken out. F6 leads to Undo.');
  });

  it('what was read out is not read out again when a newer word goes', () => {
    const notices = new Notices();
    notices.done('Taken out', { act: act(), topic: 'undo' });
    notices.done('Copied');
    expect(notices.spoken).toBe('Copied');
    vi.advanceTimersByTime(5_000);
    expect(texts(notices)).toEqual(['Taken out']);
    expect(notices.spoken).toBe('');
  });
});
