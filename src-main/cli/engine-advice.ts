import type { CliTexts } from './texts.ts'

/** What decides how trainings of this machine could be faster. */
export interface EngineSituation {
  /** There are wheels of TensorFlow whose library works here. */
  readonly canLoad: boolean
  /** nvidia-smi reads a GPU. */
  readonly hasNvidiaGpu: boolean
  /** The installed engine pack; null if there is none. */
  readonly pack: { readonly gpu: boolean } | null
  /** What TensorFlow computes on, as its engine says; null if it did not start. */
  readonly device: string | null
}

/** What would make trainings faster, and the command for it; null if nothing would. */
export function engineAdvice(
  texts: CliTexts,
  { canLoad, hasNvidiaGpu, pack, device }: EngineSituation,
): string | null {
  if (!canLoad) return texts.noFasterEngine
  if (pack?.gpu !== true && hasNvidiaGpu) return texts.fasterByGpu
  if (pack === null) return texts.fasterByInstalling
  const findsNone = pack.gpu && device !== null && !/\bGPU\b/.test(device)
  return findsNone ? texts.packFindsNoGpu : null
}
