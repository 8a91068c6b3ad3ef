// How a page of ZITADEL's console is opened in the browser, for parts deep inside of others.

import { getContext, setContext } from 'svelte';

type Open = (url: string) => void;

const KEY = Symbol('open');
export const provideOpen = (open: Open): Open => setContext(KEY, open);
/** `undefined` where nothing can be opened: the address can still be copied. */
export const useOpen = (): Open | undefined => getContext<Open | undefined>(KEY);
