import type { MenuItemConstructorOptions } from 'electron'
import { type Activity, doneTrials } from './activity.ts'
import type { DesktopTexts } from './desktop-texts.ts'

export interface TrayActions {
  readonly showWindow: () => void
  readonly showStudy: (studyId: number) => void
  readonly pause: (studyId: number) => void
  readonly quit: () => void
}

/** One line per running study, each with a way to pause it, and the way back to the window. */
export function trayMenu(
  { running }: Activity,
  texts: DesktopTexts,
  actions: TrayActions,
): MenuItemConstructorOptions[] {
  const separator: MenuItemConstructorOptions = { type: 'separator' }
  const studies = running.flatMap((study): MenuItemConstructorOptions[] => [
    {
      label: texts.runs(study.name, doneTrials(study), study.trialBudget),
      click: () => {
        actions.showStudy(study.id)
      },
    },
    {
      label: texts.pause(study.name),
      click: () => {
        actions.pause(study.id)
      },
    },
  ])
  const none: MenuItemConstructorOptions = { label: texts.nothingRuns, enabled: false }
  return [
    { label: texts.showWindow, click: actions.showWindow },
    separator,
    ...(studies.length === 0 ? [none] : studies),
    separator,
    { label: texts.quit, click: actions.quit },
  ]
}

/** What the tray's icon says when pointed at. */
export function trayTooltip({ running }: Activity, texts: DesktopTexts): string {
  if (running.length === 0) return 'Tunewright'
  return running
    .map(study => texts.runs(study.name, doneTrials(study), study.trialBudget))
    .join('\n')
}
