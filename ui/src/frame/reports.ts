// The forms in which a report is handed on.

import type { ReportFormat } from '$lib/contract';

export const REPORTS: { format: ReportFormat; title: string; about: string }[] = [
  { format: 'html', title: 'HTML', about: 'One page to read and to print' },
  { format: 'json', title: 'JSON', about: 'For programs' },
  { format: 'junit', title: 'JUnit', about: 'For build servers' },
];
