import { readFileSync } from 'node:fs'
import process from 'node:process'
import type { EngineInstallation, EngineRow } from '../contract/api/engines.ts'
import type { EngineCheck } from '../contract/engine-check.ts'
import { engineNames, type EngineName } from '../contract/engine.ts'
import { AppError, plainError } from '../contract/errors.ts'
import { replaceFileSync } from '../files/temporary.ts'
import { libraryFiles } from './tensorflow/library/library-files.ts'
import { checkEngine } from './check-engines.ts'
import { installedPack, installTensorflow, removeTensorflow } from './install-engine.ts'

export interface EngineDeskOptions {
  /** File that keeps what the last checks found. */
  readonly checksPath: string
  readonly now: () => number
}

type KeptChecks = Partial<Record<EngineName, NonNullable<EngineRow['lastCheck']>>>

/** The engines as a face shows them: the ladder with the result of its last checks, and the installation of a pack. */
export class EngineDesk {
  readonly #options: EngineDeskOptions
  #checks: KeptChecks
  #installation: EngineInstallation = { phase: 'none' }

  constructor(options: EngineDeskOptions) {
    this.#options = options
    this.#checks = readChecks(options.checksPath)
  }

  rows(): EngineRow[] {
    return engineNames.map(name => ({
      name,
      lastCheck: this.#checks[name] ?? null,
      ...(name === 'tensorflow' ? { pack: describePack() } : {}),
    }))
  }

  async check(name: EngineName): Promise<EngineCheck> {
    const check = await checkEngine(name)
    this.#keep(name, check)
    return check
  }

  get installation(): EngineInstallation {
    return this.#installation
  }

  /**
   * Begins; how far it is says `installation`.
   * @param wheels files on this machine; null lets the machine's pip fetch them
   * @throws AppError `engine.installing` while another one runs
   */
  install(gpu: boolean, wheels: readonly string[] | null): void {
    if (['downloading', 'unpacking', 'checking'].includes(this.#installation.phase)) {
      throw new AppError('engine.installing', { engine: 'tensorflow' })
    }
    this.#installation = { phase: 'downloading', line: '' }
    const show = (installation: EngineInstallation): void => {
      this.#installation = installation
    }
    void installTensorflow({
      ...{ wheels, gpu, now: () => new Date(this.#options.now()) },
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
        this.#keep('tensorflow', check)
        this.#keep('wasm', wasm)
        show({ phase: 'done', version: manifest.version, gain: gainOver(wasm, check) })
      },
      (error: unknown) => {
        show({ phase: 'failed', error: plainError(error) })
      },
    )
  }

  /** @returns false if nothing was installed */
  async remove(): Promise<boolean> {
    const removed = await removeTensorflow()
    const { tensorflow: _, ...others } = this.#checks
    this.#checks = others
    this.#installation = { phase: 'none' }
    this.#write()
    return removed
  }

  #keep(name: EngineName, check: EngineCheck): void {
    this.#checks = { ...this.#checks, [name]: { atMs: this.#options.now(), check } }
    this.#write()
  }

  /** Whole or not at all. */
  #write(): void {
    replaceFileSync(this.#options.checksPath, JSON.stringify(this.#checks))
  }
}

function describePack(): NonNullable<EngineRow['pack']> {
  const pack = installedPack()
  const canInstall = libraryFiles(process.platform, process.arch) !== null
  if (pack === null) return { installed: null, canInstall }
  const { version, gpu, bytes } = pack.manifest
  return { installed: { version, gpu, bytes, folder: pack.folder }, canInstall }
}

function gainOver(
  wasm: EngineCheck,
  check: EngineCheck & { readonly ok: true },
): { mlp: number; cnn: number | null } | null {
  if (!wasm.ok) return null
  const [slow, fast] = [wasm.stepMs, check.stepMs]
  const cnn = slow.cnn === null || fast.cnn === null ? null : slow.cnn / fast.cnn
  return { mlp: slow.mlp / fast.mlp, cnn }
}

/** Nothing is lost with a file that is gone or broken: the engines can be checked again. */
function readChecks(file: string): KeptChecks {
  try {
    const checks: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return typeof checks === 'object' && checks !== null ? checks : {}
  } catch {
    return {}
  }
}
