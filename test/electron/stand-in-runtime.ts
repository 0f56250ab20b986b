import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

/** Marks where the fuses of a runtime are (electron/fuses). */
export const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
/** In this order behind the sentinel. */
export const fuses = [
  'runAsNode',
  'cookieEncryption',
  'nodeOptions',
  'nodeCliInspect',
  'asarIntegrity',
  'onlyLoadAppFromAsar',
  'v8Snapshot',
  'fileProtocolPrivileges',
  'wasmTrapHandlers',
] as const
const wire = Buffer.concat([
  Buffer.from(sentinel),
  Buffer.from([1, fuses.length]),
  Buffer.from('101100011'),
])

/** A made-up runtime of Electron with what packing reads and changes: npm does not carry the real one. */
export function standInRuntime(folder: string, platform: 'linux' | 'win32' | 'darwin'): string {
  const dist = path.join(folder, `runtime-${platform}`)
  mkdirSync(path.join(dist, 'resources'), { recursive: true })
  for (const name of ['LICENSE', 'LICENSES.chromium.html']) writeFileSync(path.join(dist, name), '')
  writeFileSync(path.join(dist, 'version'), electronVersion())
  if (platform === 'linux') writeFileSync(path.join(dist, 'electron'), wire, { mode: 0o755 })
  else if (platform === 'win32') writeFileSync(path.join(dist, 'electron.exe'), smallProgram())
  else makeBundle(path.join(dist, 'Electron.app'))
  return dist
}

function electronVersion(): string {
  const file = path.resolve(import.meta.dirname, '../../package.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly devDependencies: Readonly<Record<string, string>>
  }
  return manifest.devDependencies['electron'] ?? ''
}

/** electron-builder's own: what it cannot read, it does not pack. */
function smallProgram(): Buffer {
  const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'))
  const { NtExecutable, NtExecutableResource, Resource } = createRequire(
    builder.resolve('app-builder-lib'),
  )('resedit') as ResEdit
  const executable = NtExecutable.createEmpty(false, false)
  const resources = NtExecutableResource.from(executable)
  const version = Resource.VersionInfo.createEmpty()
  version.lang = 1033
  version.setStringValues({ lang: 1033, codepage: 1200 }, { ProductName: 'Electron' })
  version.outputToResourceEntries(resources.entries)
  resources.outputResource(executable)
  return Buffer.concat([Buffer.from(executable.generate()), wire])
}

/** The part of the package `resedit` that is used here. */
interface ResEdit {
  readonly NtExecutable: { createEmpty(is32: boolean, isLibrary: boolean): Executable }
  readonly NtExecutableResource: {
    from(executable: Executable): {
      readonly entries: unknown[]
      outputResource(executable: Executable): void
    }
  }
  readonly Resource: {
    readonly VersionInfo: {
      createEmpty(): {
        lang: number
        setStringValues(of: { lang: number; codepage: number }, values: object): void
        outputToResourceEntries(entries: unknown[]): void
      }
    }
  }
}
interface Executable {
  generate(): ArrayBuffer
}

function makeBundle(app: string): void {
  const bundle = (bundlePath: string, executable: string): void => {
    const contents = path.join(app, bundlePath, 'Contents')
    mkdirSync(path.join(contents, 'MacOS'), { recursive: true })
    mkdirSync(path.join(contents, 'Resources'), { recursive: true })
    writeFileSync(path.join(contents, 'MacOS', executable), '', { mode: 0o755 })
    writeFileSync(path.join(contents, 'Info.plist'), plist(executable))
  }
  bundle('.', 'Electron')
  for (const kind of ['', ' (GPU)', ' (Plugin)', ' (Renderer)'])
    bundle(`Contents/Frameworks/Electron Helper${kind}.app`, `Electron Helper${kind}`)
  const framework = path.join(app, 'Contents/Frameworks/Electron Framework.framework')
  mkdirSync(framework, { recursive: true })
  writeFileSync(path.join(framework, 'Electron Framework'), wire)
}

function plist(executable: string): string {
  const entries = {
    CFBundleExecutable: executable,
    CFBundleIdentifier: 'com.github.Electron',
    CFBundleName: executable,
    CFBundlePackageType: 'APPL',
  }
  const text = Object.entries(entries).map(
    ([key, value]) => `<key>${key}</key><string>${value}</string>`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0"><dict>${text.join('')}</dict></plist>\n`
}
