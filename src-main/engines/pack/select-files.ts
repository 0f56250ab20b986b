import type { PackName } from '../../core/machine/engines/registry.ts'
import type { PackDefinition, Target } from './pack-definition.ts'
import { packs } from './registry.ts'
import { WheelError, type ExpectedFile, type WheelArchive } from './wheel-archive.ts'
import type { WheelDescription } from './wheel-description.ts'

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

/** Whether a library of this pack is published for a machine. */
export function canRunPack(pack: PackName, target: Target): boolean {
  return packs[pack].files(target) !== null
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
  const rule = packs[pack]
  const isCuda = rule.cudaPins !== undefined && cudaName.test(name)
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

function requireVersion({ name, version }: WheelDescription, { oldest }: PackDefinition): void {
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
