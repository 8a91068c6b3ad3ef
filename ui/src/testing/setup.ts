import { cleanup, configure } from '@testing-library/svelte';
import { afterEach } from 'vitest';

// A busy machine is no failure: what is waited for may take its time.
configure({ asyncUtilTimeout: 10_000 });

afterEach(() => cleanup());
