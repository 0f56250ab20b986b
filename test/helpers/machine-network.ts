import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import process from 'node:process'

const program = ['/usr/sbin/ip', '/sbin/ip'].find(file => existsSync(file))
/** 198.18.0.0/15 is for tests of networks (RFC 2544): nobody lives there. */
const BLOCKS = 2 ** 17 / 4
let made = 0

/** A network of its own for a machine on this computer: an address, and a cable to it that can be pulled. */
export class MachineNetwork {
  readonly address: string
  readonly #name: string
  readonly #cable: string

  private constructor(block: number) {
    made++
    this.#name = `tw${process.pid}-${made}`
    this.#cable = `tw${process.pid}h${made}`
    const at = (host: number): string => {
      const number = block * 4 + host
      return `198.${18 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`
    }
    const inside = `tw${process.pid}m${made}`
    this.address = at(2)
    ip('netns', 'add', this.#name)
    try {
      ip('link', 'add', this.#cable, 'type', 'veth', 'peer', inside, 'netns', this.#name)
      ip('address', 'add', `${at(1)}/30`, 'dev', this.#cable)
      ip('link', 'set', this.#cable, 'up')
      const ipInside = (...words: readonly string[]): void => ip('-netns', this.#name, ...words)
      ipInside('address', 'add', `${this.address}/30`, 'dev', inside)
      for (const link of [inside, 'lo']) ipInside('link', 'set', link, 'up')
    } catch (error) {
      this.remove()
      throw error
    }
  }

  /** Null where nobody may make one. */
  static make(): MachineNetwork | null {
    if (program === undefined || process.getuid?.() !== 0) return null
    try {
      return new MachineNetwork((process.pid * 16 + made) % BLOCKS)
    } catch {
      return null
    }
  }

  /** What runs a program there: the process that it starts is the program's. */
  inside(words: readonly string[]): readonly string[] {
    return [program as string, 'netns', 'exec', this.#name, ...words]
  }

  /** Nothing gets through, and nobody is told, while it is pulled. */
  plug(isPlugged: boolean): void {
    ip('link', 'set', this.#cable, isPlugged ? 'up' : 'down')
  }

  remove(): void {
    ip('netns', 'delete', this.#name)
  }
}

function ip(...words: readonly string[]): void {
  execFileSync(program as string, words, { stdio: 'pipe' })
}
