import type { MenuItemConstructorOptions } from 'electron'
import { type Activity, doneTrials } from './activity.ts'
import type { Translate } from '../i18n/translate.ts'

export interface TrayActions {
  readonly showWindow: () => void
  readonly showStudy: (studyId: number) => void
  readonly pause: (studyId: number) => void
  readonly quit: () => void
}

/** One line per running study, each with a way to pause it, and the way back to the window. */
export function trayMenu(
  { running }: Activity,
  t: Translate,
  actions: TrayActions,
): MenuItemConstructorOptions[] {
  const separator: MenuItemConstructorOptions = { type: 'separator' }
  const studies = running.flatMap((study): MenuItemConstructorOptions[] => [
    {
      label: t('desktop.runs', {
        name: study.name,
        done: doneTrials(study),
        budget: study.trialBudget,
      }),
      click: () => {
        actions.showStudy(study.id)
      },
    },
    {
      label: t('desktop.pause', { name: study.name }),
      click: () => {
        actions.pause(study.id)
      },
    },
  ])
  const none: MenuItemConstructorOptions = { label: t('desktop.nothingRuns'), enabled: false }
  return [
    { label: t('desktop.showWindow'), click: actions.showWindow },
    separator,
    ...(studies.length === 0 ? [none] : studies),
    separator,
    { label: t('desktop.quit'), click: actions.quit },
  ]
}

/** What the tray's icon says when pointed at. */
export function trayTooltip({ running }: Activity, t: Translate): string {
  if (running.length === 0) return 'Tunewright'
  return running
    .map(study =>
      t('desktop.runs', { name: study.name, done: doneTrials(study), budget: study.trialBudget }),
    )
    .join('\n')
}
