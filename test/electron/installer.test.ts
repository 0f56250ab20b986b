import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import { parse } from 'yaml'
import { linkedCommand, targetOf } from '../../scripts/packaging.ts'

/** What installers do beside copying: the real ones need tools that are fetched from elsewhere. */
const repository = path.resolve(import.meta.dirname, '../..')
const builder = createRequire(createRequire(import.meta.url).resolve('electron-builder'))
const templates = path.join(
  path.dirname(builder.resolve('app-builder-lib/package.json')),
  'templates',
)
const folder = mkdtempSync(path.join(tmpdir(), 'tunewright-installer-'))

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

/** A part of a real installer, between the macros that electron-builder has around it. */
const script = (include: string): string => `Unicode true
!include LogicLib.nsh
!include MUI2.nsh
Name Tunewright
OutFile "${path.join(folder, 'installer.exe')}"
!macro _isUpdated _a _b _t _f
  !insertmacro _== \`1\` \`2\` \`\${_t}\` \`\${_f}\`
!macroend
!define isUpdated \`"" isUpdated ""\`
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"
!include "${include}"
!insertmacro customHeader
Section
  WriteUninstaller "$INSTDIR\\uninstall.exe"
  !insertmacro customInstall
SectionEnd
Section un.Uninstall
  !insertmacro customUnInstall
SectionEnd
`

const compiler = spawnSync('makensis', ['-VERSION'])
it.skipIf(compiler.error !== undefined)('asks in both languages, as NSIS compiles it', () => {
  const include = path.join(repository, 'resources/installer/installer.nsh')
  const file = path.join(folder, 'installer.nsi')
  writeFileSync(file, script(include))
  const { status, stdout } = spawnSync('makensis', ['-WX', file], { encoding: 'utf8' })
  expect(status, stdout).toBe(0)
})

/** What NSIS cannot check: that the outcome is read, and told also where no person answers. */
it('tells in both languages where the PATH was not changed', () => {
  const text = readFileSync(path.join(repository, 'resources/installer/installer.nsh'), 'utf8')
  const install = text.split('!macro customInstall')[1]?.split('!macroend')[0] ?? ''
  expect(install).toMatch(
    /install-command'\s+Pop \$0\s+\$\{if\} \$0 != 0\s+DetailPrint "\$\(commandFailed\)"\s+MessageBox .*\$\(commandFailed\)/,
  )
  // Every `nsExec` leaves its outcome on the stack.
  expect(text.match(/nsExec::/g)).toHaveLength(text.match(/Pop \$0/g)?.length ?? 0)
  for (const language of ['ENGLISH', 'SIMPCHINESE'])
    expect(text).toContain(`LangString commandFailed \${LANG_${language}}`)
})

const configuration = parse(
  readFileSync(path.join(repository, 'electron-builder.yml'), 'utf8'),
) as {
  readonly extraMetadata: { readonly homepage: string }
  readonly electronFuses: Readonly<Record<string, boolean>>
  readonly mac: { readonly entitlements: string; readonly notarize?: unknown }
  readonly win: object
}

it('keeps the sandbox of an AppImage that a menu starts, as electron-builder makes the entry', async () => {
  const { default: AppImageTarget } = builder(
    'app-builder-lib/out/targets/appimage/AppImageTarget',
  ) as {
    readonly default: new (...words: unknown[]) => { desktopEntry: { value: Promise<string> } }
  }
  const entryBy = async (config: object): Promise<string> => {
    const packager = { platformSpecificBuildOptions: {}, config, appInfo: { buildVersion: '1' } }
    const helper = { computeDesktopEntry: async (_options: unknown, exec: string) => exec }
    return new AppImageTarget('', packager, helper, folder).desktopEntry.value
  }
  expect(await entryBy({ ...configuration, appImage: {} })).toBe('AppRun --no-sandbox %U')
  expect(await entryBy(configuration)).toBe('AppRun %U')
})

/** Apple's processors end a program whose signature is broken, and turning fuses breaks it. */
it('has a bundle signed anew where nobody signs it', () => {
  expect(configuration.electronFuses).toMatchObject({ resetAdHocDarwinSignature: true })
})

describe('signing', () => {
  interface Helper {
    buildSignOptions(...words: readonly unknown[]): Promise<{
      readonly binaries: readonly string[]
      readonly optionsForFile: (file: string) => object
    }>
  }
  const { MacTargetHelper } = builder('app-builder-lib/out/mac/MacTargetHelper') as {
    readonly MacTargetHelper: {
      new (packager: object): Helper
      getNotarizeOptions(app: string): object | undefined
    }
  }

  afterEach(() => {
    vi.unstubAllEnvs()
  })

  it('on macOS hardens the application and its Node, with the three rights that docs/desktop.md names', async () => {
    const helper = new MacTargetHelper({
      config: {},
      platformSpecificBuildOptions: configuration.mac,
      resourceList: Promise.resolve([]),
      info: { buildResourcesDir: 'resources' },
      expandArch: (name: string) => [name],
    })
    const app = '/out/Tunewright.app'
    const identity = { name: 'Developer ID', hash: 'ab' }
    const signed = await helper.buildSignOptions(
      app,
      identity,
      'distribution',
      false,
      configuration.mac,
    )
    const node = path.resolve(app, 'Contents/Resources/node/node')
    expect(signed.binaries).toEqual([node])
    for (const file of [app, node]) {
      const { entitlements } = configuration.mac
      expect(signed.optionsForFile(file)).toMatchObject({ hardenedRuntime: true, entitlements })
    }
    const rights = readFileSync(path.join(repository, configuration.mac.entitlements), 'utf8')
    expect([...rights.matchAll(/<key>([^<]+)<\/key>\s*<true\/>/g)].map(([, key]) => key)).toEqual([
      'com.apple.security.cs.allow-jit',
      'com.apple.security.cs.allow-unsigned-executable-memory',
      'com.apple.security.cs.disable-library-validation',
    ])
  })

  it('notarises with the three variables that docs/desktop.md names, and with none of them does not', () => {
    const documented = readFileSync(path.join(repository, 'docs/desktop.md'), 'utf8')
    expect(MacTargetHelper.getNotarizeOptions('a.app')).toBeUndefined()
    for (const name of ['APPLE_API_KEY', 'APPLE_API_KEY_ID', 'APPLE_API_ISSUER']) {
      expect(documented).toContain(`\`${name}\``)
      vi.stubEnv(name, `own ${name}`)
    }
    expect(MacTargetHelper.getNotarizeOptions('a.app')).toMatchObject({
      appleApiKey: 'own APPLE_API_KEY',
      appleApiIssuer: 'own APPLE_API_ISSUER',
    })
    expect(configuration.mac.notarize).toBeUndefined()
  })

  it('on Windows takes the Node that comes along, too', async () => {
    const { WinPackager } = builder('app-builder-lib/out/winPackager') as {
      readonly WinPackager: { readonly prototype: object }
    }
    const signed: string[] = []
    const packager = Object.assign(Object.create(WinPackager.prototype) as SigningPackager, {
      platformSpecificBuildOptions: configuration.win,
      signIf: async (file: string) => signed.push(file),
    })
    const transform = packager.createTransformerForExtraFiles({ appOutDir: '/out' })
    await transform('/out/resources/node/node.exe')?.afterCopyTransformer(
      '/out/resources/node/node.exe',
    )
    expect(transform('/out/resources/bin/tunewright.cmd')).toBeNull()
    expect(signed).toEqual(['/out/resources/node/node.exe'])
  })
})

interface SigningPackager {
  createTransformerForExtraFiles(context: {
    readonly appOutDir: string
  }): (file: string) => { afterCopyTransformer(file: string): Promise<unknown> } | null
}

describe('the Debian package', () => {
  it.each(['after-install.tpl', 'after-remove.tpl'])('has the command line in %s', name => {
    const original = readFileSync(path.join(templates, 'linux', name), 'utf8')
    const script = linkedCommand(original)
    expect(script).toContain("'/opt/${sanitizedProductName}/resources/bin/tunewright'")
    expect(script).not.toContain("'/opt/${sanitizedProductName}/${executable}'")
  })

  it('names a homepage, without which none is made', () => {
    expect(URL.canParse(configuration.extraMetadata.homepage)).toBe(true)
  })

  it('is not made where the scripts link something else', () => {
    expect(() => linkedCommand('ln -s /opt/a /usr/bin/a')).toThrow('links no executable')
  })
})

it('packs for the system that is asked for, else for its own', () => {
  const host = { platform: 'linux', arch: 'x64' } as const
  expect(targetOf(['--dir'], host)).toMatchObject({ platform: 'linux', arch: 'x64' })
  expect(targetOf(['--win', '--dir'], host)).toMatchObject({ platform: 'win32', arch: 'x64' })
  expect(targetOf(['--mac', '--arm64'], host)).toMatchObject({
    platform: 'darwin',
    arch: 'arm64',
    runtime: 'Electron.app',
  })
  expect(targetOf(['--win=nsis'], host)).toMatchObject({ platform: 'win32' })
  expect(targetOf(['-w'], host)).toMatchObject({ platform: 'win32' })
  for (const several of [['--win', '--mac'], ['-mw'], ['--x64', '--arm64']])
    expect(() => targetOf(several, host)).toThrow('one system')
  expect(targetOf([], { platform: 'darwin', arch: 'arm64' })).toMatchObject({
    platform: 'darwin',
    arch: 'arm64',
  })
})
