// Light, dark, or as the system says. Kept on this machine.

export type ThemeChoice = 'system' | 'light' | 'dark';

const KEY = 'rolecall.theme';
const CHOICES: ThemeChoice[] = ['system', 'light', 'dark'];

export class Theme {
  choice = $state<ThemeChoice>(stored());

  /** Puts the choice on the document; without one, the style sheet follows the system. */
  show(): void {
    if (this.choice === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.choice;
  }

  choose(choice: ThemeChoice): void {
    this.choice = choice;
    localStorage.setItem(KEY, choice);
    this.show();
  }
}

function stored(): ThemeChoice {
  const kept = localStorage.getItem(KEY);
  return CHOICES.find((choice) => choice === kept) ?? 'system';
}
