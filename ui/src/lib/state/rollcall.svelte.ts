// How the roll call is looked at: what is searched for, and whether only what differs is shown.

export class RollCallLook {
  query = $state('');
  onlyDiffering = $state(false);

  get narrows(): boolean {
    return this.onlyDiffering || this.query.trim() !== '';
  }

  forget(): void {
    this.query = '';
    this.onlyDiffering = false;
  }
}
