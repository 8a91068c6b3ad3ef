// What is handed on to others as a file: a report, the set-up as `.env`.

import type { Backend } from '$lib/backend';
import type { ReportFormat } from '$lib/contract';
import type { Notices } from './notices.svelte';
import type { Work } from './work.svelte';

export class Handing {
  constructor(
    private readonly backend: Backend,
    private readonly notices: Notices,
    private readonly work: Work,
  ) {}

  async report(format: ReportFormat): Promise<void> {
    await this.#save(this.work.during('Saving the report', this.backend.saveReport(format, null)));
  }

  async env(): Promise<void> {
    await this.#save(this.backend.exportEnv(null));
  }

  /** Says where it lies now; nothing where nobody chose a place. */
  async #save(saving: Promise<string | null>): Promise<void> {
    await this.notices.try(
      saving.then((path) => {
        if (path !== null) this.notices.done(`Saved as ${path}`);
      }),
    );
  }
}
