// What the program tells of an exchange before somebody opens it (`outline` of the transcript).

import type { Exchange } from '$lib/contract';

export function outlineOf(exchange: Exchange): Exchange {
  const { request, response, secrets, purpose } = exchange;
  const { method, url, form } = request;
  const grant = form?.filter(({ name }) => name === 'grant_type') ?? null;
  return {
    ...exchange,
    request: { method, url, headers: [], form: grant },
    response: response && {
      status: response.status,
      headers: response.headers.filter(({ name }) => name.toLowerCase() === 'www-authenticate'),
      body: purpose === 'introspection' || response.status >= 400 ? toldIn(response.body) : '',
    },
    secrets: secrets.map((secret) => ({ ...secret, header: null, claims: null })),
  };
}

function toldIn(body: string): string {
  try {
    const { active, error } = JSON.parse(body) as Record<string, unknown>;
    return JSON.stringify({ active, error });
  } catch {
    return '';
  }
}

/** Whether words, in small letters, stand in its request, its answer or its secrets' claims. */
export function mentions({ request, response, error, secrets }: Exchange, words: string): boolean {
  const told = secrets.flatMap(({ header, claims }) => [header, claims]);
  return stands([request, response, error, ...told], words);
}

function stands(value: unknown, words: string): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value === 'object') return Object.values(value).some((part) => stands(part, words));
  return String(value).toLowerCase().includes(words);
}
