import { readFileSync } from 'node:fs'
import process from 'node:process'
import type { EngineInstallation, EngineRow } from '../core/machine/engines.ts'
import type { EngineCheck } from '../core/machine/engine-check.ts'
import {
  bestPortableEngine,
  computingNames,
  type ComputingName,
  isPack,
  type PackName,
} from '../core/machine/engines/registry.ts'
import { AppError, plainError } from '../core/errors/errors.ts'
import { replaceFileSync } from '../platform/files/temporary.ts'
import { checkEngine } from './check-engines.ts'
import { installEngine, removePack } from './install-engine.ts'
import { installedPack } from './pack/installed-pack.ts'
import { canRunPack } from './pack/select-files.ts'

export interface EngineServiceOptions {
  /** File that keeps what the last checks found. */
  readonly checksPath: string
  readonly now: () => number
}

export interface InstallRequest {
  readonly engine: PackName
  readonly gpu: boolean
  /** Files on this machine; null lets the machine's pip fetch them. */
  readonly wheels: readonly string[] | null
}

type StoredChecks = Partial<Record<ComputingName, NonNullable<EngineRow['lastCheck']>>>

/** The engines as a face shows them: the ladder with the result of its last checks, and the installation of a pack. */
export class EngineService {
  readonly #options: EngineServiceOptions
  #checks: StoredChecks
  #installation: EngineInstallation = { phase: 'none' }

  constructor(options: EngineServiceOptions) {
    this.#options = options
    this.#checks = readChecks(options.checksPath)
  }

  rows(): EngineRow[] {
    return computingNames.map(name => ({
      name,
      lastCheck: this.#checks[name] ?? null,
      ...(isPack(name) ? { pack: describePack(name) } : {}),
    }))
  }

  async check(name: ComputingName): Promise<EngineCheck> {
    const check = await checkEngine(name)
    this.#keep(name, check)
    return check
  }

  get installation(): EngineInstallation {
    return this.#installation
  }

  /**
   * Begins; how far it is says `installation`.
   * @throws AppError `engine.installing` while another one runs
   */
  install({ engine, gpu, wheels }: InstallRequest): void {
    if (['downloading', 'unpacking', 'checking'].includes(this.#installation.phase)) {
      throw new AppError('engine.installing', { engine: this.#installation.engine ?? engine })
    }
    const show = (installation: EngineInstallation): void => {
      this.#installation = { engine, ...installation }
    }
    show({ phase: 'downloading', line: '' })
    void installEngine({
      pack: engine,
      wheels,
      gpu,
      now: () => new Date(this.#options.now()),
      onDownload: text => {
        const line =
          text
            .trim()
            .split(/[\r\n]+/)
            .at(-1) ?? ''
        if (line !== '') show({ phase: 'downloading', line: line.slice(0, 200) })
      },
      onUnpack: ({ file, bytes, totalBytes }) => {
        show({ phase: 'unpacking', file, share: bytes / totalBytes })
      },
      onCheck: () => {
        show({ phase: 'checking' })
      },
    }).then(
      ({ manifest, check, wasm }) => {
        this.#keep(engine, check)
        if (wasm !== null) this.#keep(bestPortableEngine, wasm)
        show({ phase: 'done', version: manifest.version, gain: gainOver(wasm, check) })
      },
      (error: unknown) => {
        show({ phase: 'failed', error: plainError(error) })
      },
    )
  }

  /** @returns false if nothing was installed */
  async remove(engine: PackName): Promise<boolean> {
    const removed = await removePack(engine)
    const { [engine]: _, ...others } = this.#checks
    this.#checks = others
    this.#installation = { phase: 'none' }
    this.#write()
    return removed
  }

  #keep(name: ComputingName, check: EngineCheck): void {
    this.#checks = { ...this.#checks, [name]: { atMs: this.#options.now(), check } }
    this.#write()
  }

  /** Whole or not at all. */
  #write(): void {
    replaceFileSync(this.#options.checksPath, JSON.stringify(this.#checks))
  }
}

function describePack(name: PackName): NonNullable<EngineRow['pack']> {
  const pack = installedPack(name)
  const target = { platform: process.platform, architecture: process.arch }
  const canInstall = canRunPack(name, target)
  if (pack === null) return { installed: null, canInstall }
  const { version, gpu, bytes } = pack.manifest
  return { installed: { version, gpu, bytes, folder: pack.folder }, canInstall }
}

function gainOver(
  wasm: EngineCheck | null,
  check: EngineCheck & { readonly ok: true },
): { mlp: number; cnn: number | null } | null {
  const [slow, fast] = [wasm?.ok === true ? wasm.stepMs : null, check.stepMs]
  if (slow === null || fast === null) return null
  const cnn = slow.cnn === null || fast.cnn === null ? null : slow.cnn / fast.cnn
  return { mlp: slow.mlp / fast.mlp, cnn }
}

/** Nothing is lost with a file that is gone or broken: the engines can be checked again. */
function readChecks(file: string): StoredChecks {
  try {
    const checks: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return typeof checks === 'object' && checks !== null ? checks : {}
  } catch {
    return {}
  }
}
