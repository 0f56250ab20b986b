import { readFileSync } from 'node:fs'
import path from 'node:path'

/**
 * Which members of Electron's interface exist on which systems, as its own typings say it (`@platform win32,linux`): the
 * facts that the stand-in is made from, so that a call which fails on another system fails here, too.
 */
const typings = readFileSync(
  path.resolve(import.meta.dirname, '../../node_modules/electron/electron.d.ts'),
  'utf8',
)

/** By class or interface and member; a member that is not in it exists everywhere. */
export const supportedPlatforms: ReadonlyMap<string, readonly NodeJS.Platform[]> =
  readSupportedPlatforms()

function readSupportedPlatforms(): Map<string, readonly NodeJS.Platform[]> {
  const platformsOfMember = new Map<string, readonly NodeJS.Platform[]>()
  const restricted = new Set<string>()
  const free = new Set<string>()
  let owner = ''
  let platforms: readonly NodeJS.Platform[] | null = null
  let inComment = false
  for (const line of typings.split('\n')) {
    const text = line.trim()
    const opened = /^(?:class|interface) (\w+)/.exec(text)
    if (opened !== null) owner = opened[1] ?? ''
    if (text.startsWith('/**')) {
      inComment = true
      platforms = null
    }
    if (inComment) {
      const platformText = /@platform (\S+)/.exec(text)?.[1]
      if (platformText !== undefined) platforms = platformText.split(',') as NodeJS.Platform[]
      if (text.endsWith('*/')) inComment = false
      continue
    }
    const member = /^(?:readonly )?(\w+)\??[(:]/.exec(text)?.[1]
    if (member === undefined || owner === '') continue
    // Every event is a member `on`: whoever hears of none waits in vain, but nothing fails.
    const name = `${owner}.${member}`
    if (platforms === null) free.add(name)
    else {
      restricted.add(name)
      platformsOfMember.set(name, platforms)
    }
    platforms = null
  }
  for (const name of free) if (restricted.has(name)) platformsOfMember.delete(name)
  return platformsOfMember
}

/** Hides what the system does not have, as Electron leaves it out there. */
export function asOn<Real extends object>(
  platform: NodeJS.Platform,
  name: string,
  real: Real,
): Real {
  return new Proxy(real, {
    get(target, key, receiver) {
      const platforms = supportedPlatforms.get(`${name}.${String(key)}`)
      if (platforms !== undefined && !platforms.includes(platform)) return undefined
      return Reflect.get(target, key, receiver) as unknown
    },
  })
}
