import { fact } from '../../../contract/fact.ts'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { AppError, reasonOf } from '../../../contract/errors.ts'
import { removeEntry } from '../../../files/remove.ts'
import { downloadWheels } from './download-wheels.ts'
import { downloadName } from './leftovers.ts'
import type { Target } from './select-files.ts'
import { openWheel } from './wheel-archive.ts'
import { describeWheel } from './wheel-description.ts'

/** The version that the engine is developed and measured with. */
const recommendedVersion = '2.21.0'

export interface ObtainRequest {
  readonly engines: string
  readonly gpu: boolean
  readonly target: Target
  readonly onOutput?: (text: string) => void
}

/** Wheels that were fetched; `discard` removes them. */
export interface ObtainedWheels {
  readonly files: readonly string[]
  discard(): Promise<void>
}

/**
 * Fetches the wheels of a pack: for the processor the one without CUDA where it is published, for GPUs
 * the whole one and the CUDA libraries that it names itself.
 * @throws AppError `pack.downloadFailed`, `pack.refused`, `file.unwritable`
 */
export async function obtainWheels(request: ObtainRequest): Promise<ObtainedWheels> {
  const { engines, gpu, target, onOutput } = request
  const folder = path.join(engines, downloadName(process.pid))
  const discard = () => removeEntry(folder)
  const fetch = (requirements: readonly string[]) =>
    downloadWheels({
      ...{ requirements, folder, target },
      ...(onOutput === undefined ? {} : { onOutput }),
    })
  try {
    await makeFolder(folder)
    const files = await fetch([`${wheelName(gpu, target)}==${recommendedVersion}`])
    if (!gpu) return { files, discard }
    return { files: await fetch(await cudaRequirements(files[0] ?? '')), discard }
  } catch (error) {
    await discard()
    throw error
  }
}

/** `tensorflow-cpu` is half as large and is published for Linux on x64 only. */
function wheelName(gpu: boolean, { platform, architecture }: Target): string {
  const hasProcessorOnly = platform === 'linux' && architecture === 'x64'
  return !gpu && hasProcessorOnly ? 'tensorflow-cpu' : 'tensorflow'
}

/** From `nvidia-cublas-cu12<13.0,>=12.5.3.2; extra == "and-cuda"` what pip takes. */
async function cudaRequirements(file: string): Promise<string[]> {
  const archive = await openWheel(file)
  try {
    const { requirements } = await describeWheel(archive)
    const named = requirements.flatMap(line => {
      const [requirement = '', condition = ''] = line.split(';')
      const isCuda = requirement.startsWith('nvidia-') && condition.includes('and-cuda')
      return isCuda ? [requirement.replace(/\s/g, '')] : []
    })
    if (named.length > 0) return named
    throw new AppError('pack.refused', { file, reason: fact('failure.noCudaNamed') })
  } finally {
    archive.close()
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    throw new AppError('file.unwritable', { path: folder, reason: reasonOf(error) }, error)
  }
}
