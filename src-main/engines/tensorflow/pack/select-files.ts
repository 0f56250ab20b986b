import { libraryFiles } from '../library/library-files.ts'
import { WheelError, type ExpectedFile, type WheelArchive } from './wheel-archive.ts'
import type { WheelDescription } from './wheel-description.ts'

/** Where the files of a pack have to run. */
export interface Target {
  readonly platform: NodeJS.Platform
  readonly architecture: string
}

interface SelectedFile {
  /** Path in the wheel and, the same, in the pack. */
  readonly name: string
  readonly expected: ExpectedFile
}

export interface SelectedWheel {
  /** TensorFlow itself, or libraries of CUDA that it loads. */
  readonly kind: 'tensorflow' | 'cuda'
  readonly files: readonly SelectedFile[]
}

/** Older wheels have no library that works without Python. */
const oldestVersion = { major: 2, minor: 16 }
const MAX_BYTES = 4 * 2 ** 30
const cudaName = /^nvidia-[a-z0-9-]+-cu12$/
const cudaFile = /^nvidia\/[a-z0-9_]+\/lib\/[A-Za-z0-9_.+-]+\.so(\.\d+)*$/

/**
 * Decides whether a wheel belongs into a pack and which of its files do: TensorFlow's two libraries,
 * or the shared libraries of one of NVIDIA's CUDA wheels. Names are ours or match a closed pattern, so
 * no name from a wheel leads out of the pack.
 * @throws WheelError
 */
export function selectFiles(
  archive: WheelArchive,
  description: WheelDescription,
  target: Target,
): SelectedWheel {
  const { name, tags } = description
  const isCuda = cudaName.test(name)
  if (!isCuda && name !== 'tensorflow' && name !== 'tensorflow-cpu') {
    throw new WheelError('failure.wheel.otherPackage', { name })
  }
  if (!tags.some(tag => fitsPlatform(tag, target))) {
    throw new WheelError('failure.wheel.otherPlatform', {
      tags: tags.join(', '),
      platform: target.platform,
      architecture: target.architecture,
    })
  }
  if (isCuda) {
    const names = archive.names.filter(entry => cudaFile.test(entry))
    return { kind: 'cuda', files: names.map(entry => expectFile(description, entry)) }
  }
  requireVersion(description.version)
  const libraries = libraryFiles(target.platform, target.architecture)
  if (libraries === null) {
    throw new WheelError('failure.wheel.noLibrary', {
      platform: target.platform,
      architecture: target.architecture,
    })
  }
  const names = [libraries.framework, libraries.main].map(file => `tensorflow/${file}`)
  return { kind: 'tensorflow', files: names.map(entry => expectFile(description, entry)) }
}

function expectFile({ files }: WheelDescription, name: string): SelectedFile {
  const expected = files.get(name)
  if (expected === undefined) throw new WheelError('failure.wheel.unlisted', { name })
  if (expected.bytes > MAX_BYTES) {
    throw new WheelError('failure.wheel.bytes', { name, bytes: expected.bytes, limit: MAX_BYTES })
  }
  return { name, expected }
}

function requireVersion(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const fits = major === oldestVersion.major && minor >= oldestVersion.minor
  if (fits) return
  throw new WheelError('failure.wheel.version', {
    version,
    oldest: `${oldestVersion.major}.${oldestVersion.minor}`,
  })
}

/** A wheel's tag ends with its platform: PEP 425, PEP 600. */
function fitsPlatform(tag: string, { platform, architecture }: Target): boolean {
  const place = tag.split('-')[2] ?? ''
  if (platform === 'linux') {
    const machine = architecture === 'x64' ? 'x86_64' : architecture === 'arm64' ? 'aarch64' : ''
    return machine !== '' && /^(many)?linux/.test(place) && place.endsWith(`_${machine}`)
  }
  if (platform === 'darwin') {
    const machine = architecture === 'x64' ? 'x86_64' : architecture
    return place.startsWith('macosx_') && /_(universal2|arm64|x86_64)$/.exec(place) !== null
      ? place.endsWith(`_${machine}`) || place.endsWith('_universal2')
      : false
  }
  return false
}
