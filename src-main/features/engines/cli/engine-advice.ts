import { findsNoGpu } from '../../../core/machine/engine.ts'
import type { Translate } from '../../../core/i18n/translate.ts'

/** Facts that decide how trainings of this machine could be faster. */
export interface EngineSituation {
  /** There are wheels of TensorFlow whose library works here. */
  readonly canLoad: boolean
  /** nvidia-smi reads a GPU. */
  readonly hasNvidiaGpu: boolean
  /** The installed engine pack; null if there is none. */
  readonly pack: { readonly gpu: boolean } | null
  /** The device of TensorFlow, as its engine says; null if it did not start. */
  readonly device: string | null
}

/** Advice that makes trainings faster, with its command; null if nothing would. */
export function engineAdvice(
  t: Translate,
  { canLoad, hasNvidiaGpu, pack, device }: EngineSituation,
): string | null {
  if (!canLoad) return t('cli.noFasterEngine')
  if (pack?.gpu !== true && hasNvidiaGpu) return t('cli.fasterByGpu')
  if (pack === null) return t('cli.fasterByInstalling')
  if (device === null || !findsNoGpu(pack, device)) return null
  return t('devices.packFindsNoGpu')
}
