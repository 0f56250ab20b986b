import { z } from 'zod'

/** Views that one study keeps at most. */
export const MAX_TRIAL_VIEWS = 50

/** How the table of trials is looked at, as it stands in an address; an empty text is the usual. */
export const trialViewSchema = z.strictObject({
  name: z.string().trim().min(1).max(60),
  /** Words of the filter. */
  filter: z.string().max(2_000),
  /** Id of a column, with `-` before it where the largest come first. */
  sort: z.string().max(300),
  /** Names of the parameters that have a column; null: those that matter most. */
  columns: z.array(z.string().max(300)).max(1_000).nullable(),
  /** Id of the column whose values make groups. */
  groupBy: z.string().max(300),
})
export type TrialView = Readonly<z.output<typeof trialViewSchema>>

/**
 * @param name of the view that `view` replaces, where it stands; a name that no view has adds it at the end
 * @param view null removes it
 */
export function changeTrialViews(
  views: readonly TrialView[],
  name: string,
  view: TrialView | null,
): readonly TrialView[] {
  // What is renamed to the name of another takes over its name, not a second one beside it.
  const others = views.filter(other => other.name === name || other.name !== view?.name)
  if (view === null) return others.filter(other => other.name !== name)
  const index = others.findIndex(other => other.name === name)
  return index < 0 ? [...others, view] : others.with(index, view)
}
