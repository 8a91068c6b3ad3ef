// Which acts were used last, by their ids, kept on this machine.

const KEY = 'rolecall.used';
const KEPT = 5;

export function usedLast(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string').slice(0, KEPT) : [];
  } catch {
    return [];
  }
}

export function remember(id: string): void {
  const next = [id, ...usedLast().filter((one) => one !== id)].slice(0, KEPT);
  localStorage.setItem(KEY, JSON.stringify(next));
}
