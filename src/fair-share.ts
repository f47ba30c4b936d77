/** Room that many use at once, of which nobody may take so much that others are left without. */
export interface FairShare {
  /**
   * `share`: this user has as much as would be left for the others, and has to wait; others may go on. `full`: there
   * is not enough for anybody. Then nothing was taken.
   */
  take(user: string, amount: number): 'taken' | 'share' | 'full';
  giveBack(user: string, amount: number): void;
}

/**
 * Nobody may have more than is left. One alone takes half of the room, two who take turns a third each, and so on:
 * whoever comes new finds some.
 */
export function createFairShare(room: number): FairShare {
  const taken = new Map<string, number>();
  let altogether = 0;
  return {
    take(user, amount) {
      const own = taken.get(user) ?? 0;
      const left = room - altogether - amount;
      if (own > 0 && own + amount > left) return 'share';
      if (left < 0) return 'full';
      taken.set(user, own + amount);
      altogether += amount;
      return 'taken';
    },
    giveBack(user, amount) {
      const own = (taken.get(user) ?? 0) - amount;
      if (own > 0) taken.set(user, own);
      else taken.delete(user);
      altogether -= amount;
    },
  };
}
