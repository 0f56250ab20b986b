import { LOCAL_MACHINE } from '../core/trial/trial.ts'
import type { Translate } from '../core/i18n/translate.ts'

/** What a machine that ran an attempt is called. */
export function machineName(machine: string, t: Translate): string {
  return machine === LOCAL_MACHINE ? t('chart.thisComputer') : machine
}
