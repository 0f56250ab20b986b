import type { PackName } from '../../core/machine/engine.ts'
import { boosterFile } from '../boosting/booster-file.ts'
import { libraryFiles } from '../tensorflow/library/library-files.ts'
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
  /** The library of the pack itself, or libraries of CUDA that TensorFlow loads. */
  readonly kind: 'library' | 'cuda'
  readonly files: readonly SelectedFile[]
}

interface PackRule {
  /** Names of wheels that hold it. */
  readonly packages: readonly string[]
  /** Before it there was no library that works without Python, or another C interface; a next major version is not known. */
  readonly oldest: readonly [major: number, minor: number]
  /** Paths in the wheel; null where none works. */
  readonly files: (target: Target) => readonly string[] | null
  /** Further files that the library finds by its own path. */
  readonly companionPattern?: RegExp
}

const rules: Readonly<Record<PackName, PackRule>> = {
  tensorflow: {
    packages: ['tensorflow', 'tensorflow-cpu'],
    oldest: [2, 16],
    files({ platform, architecture }) {
      const libraries = libraryFiles(platform, architecture)
      if (libraries === null) return null
      return [libraries.framework, libraries.main].map(file => `tensorflow/${file}`)
    },
  },
  lightgbm: {
    packages: ['lightgbm'],
    oldest: [4, 0],
    files: target => listed(boosterFile('lightgbm', target.platform, target.architecture)),
  },
  xgboost: {
    packages: ['xgboost-cpu', 'xgboost'],
    oldest: [3, 0],
    files: target => listed(boosterFile('xgboost', target.platform, target.architecture)),
    companionPattern: /^xgboost(_cpu)?\.libs\/libgomp[A-Za-z0-9_.+-]*$/,
  },
}

function listed(file: string | null): readonly string[] | null {
  return file === null ? null : [file]
}

/** Whether a library of this pack is published for a machine. */
export function canRunPack(pack: PackName, target: Target): boolean {
  return rules[pack].files(target) !== null
}

const MAX_BYTES = 4 * 2 ** 30
const cudaName = /^nvidia-[a-z0-9-]+-cu12$/
const cudaFile = /^nvidia\/[a-z0-9_]+\/lib\/[A-Za-z0-9_.+-]+\.so(\.\d+)*$/

/**
 * Decides whether a wheel belongs into a pack and which of its files do: the pack's libraries,
 * or the shared libraries of one of NVIDIA's CUDA wheels. Names are ours or match a closed pattern, so
 * no name from a wheel leads out of the pack.
 * @throws WheelError
 */
export function selectFiles(
  pack: PackName,
  archive: WheelArchive,
  description: WheelDescription,
  target: Target,
): SelectedWheel {
  const { name, tags } = description
  const rule = rules[pack]
  const isCuda = pack === 'tensorflow' && cudaName.test(name)
  if (!isCuda && !rule.packages.includes(name)) {
    const needed = rule.packages.join(' / ')
    throw new WheelError('failure.wheel.otherPackage', { name, needed })
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
  requireVersion(description, rule)
  const names = rule.files(target)
  if (names === null) {
    const { platform, architecture } = target
    throw new WheelError('failure.wheel.noLibrary', { pack, platform, architecture })
  }
  const { companionPattern } = rule
  const companions =
    companionPattern === undefined
      ? []
      : archive.names.filter(entry => companionPattern.test(entry))
  return {
    kind: 'library',
    files: [...names, ...companions].map(name => expectFile(description, name)),
  }
}

function expectFile({ files }: WheelDescription, name: string): SelectedFile {
  const expected = files.get(name)
  if (expected === undefined) throw new WheelError('failure.wheel.unlisted', { name })
  if (expected.bytes > MAX_BYTES) {
    throw new WheelError('failure.wheel.bytes', { name, bytes: expected.bytes, limit: MAX_BYTES })
  }
  return { name, expected }
}

function requireVersion({ name, version }: WheelDescription, { oldest }: PackRule): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major === oldest[0] && minor >= oldest[1]) return
  const values = { name, version, oldest: oldest.join('.'), major: oldest[0] }
  throw new WheelError('failure.wheel.version', values)
}

/** A wheel's tag ends with its platform: PEP 425, PEP 600. */
function fitsPlatform(tag: string, { platform, architecture }: Target): boolean {
  const platformTag = tag.split('-')[2] ?? ''
  if (platform === 'linux') {
    const machine = architecture === 'x64' ? 'x86_64' : architecture === 'arm64' ? 'aarch64' : ''
    return (
      machine !== '' && /^(many)?linux/.test(platformTag) && platformTag.endsWith(`_${machine}`)
    )
  }
  if (platform === 'darwin') {
    const machine = architecture === 'x64' ? 'x86_64' : architecture
    return platformTag.startsWith('macosx_') &&
      /_(universal2|arm64|x86_64)$/.exec(platformTag) !== null
      ? platformTag.endsWith(`_${machine}`) || platformTag.endsWith('_universal2')
      : false
  }
  return platform === 'win32' && architecture === 'x64' && platformTag === 'win_amd64'
}
