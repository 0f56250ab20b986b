import { describe, expect, it } from 'vitest'
import { msg } from '../../../../src-main/core/errors/message.ts'
import {
  commandShell,
  isStoreLink,
  launchShell,
  launchWords,
  requireFolder,
  windowsStarter,
} from '../../../../src-main/platform/user-code/windows-launch.ts'

/** The files in PATH of a made-up Windows; the link of each leads to an alias. */
const installed = (...files: readonly string[]) => ({
  find: (name: string): string | null =>
    files.find(
      file => file.toLowerCase().split('\\').at(-1)?.split('.')[0] === name || file === name,
    ) ?? null,
  isStoreAlias: (file: string) => isStoreLink(file, redirector),
})

const python = 'C:\\Python\\python.exe'
const launcher = 'C:\\Windows\\py.exe'
const endpoint = 'C:\\Users\\me\\AppData\\Local\\Microsoft\\WindowsApps\\python3.exe'
const redirector =
  'C:\\Program Files\\WindowsApps\\Microsoft.DesktopAppInstaller_1.2_x64__8wekyb3d8bbwe\\AppInstallerPythonRedirector.exe'
const storePython =
  'C:\\Program Files\\WindowsApps\\PythonSoftwareFoundation.Python.3.12_3.12.1_x64__qbz5n2kfra8p0\\python3.12.exe'

describe('the words of a command', () => {
  it('are handed to a program as they are', () => {
    const words = ['python', 'train.py', '--x="%PATH%" & calc']
    expect(launchWords(words, installed(python))).toEqual({
      program: python,
      parameters: words.slice(1),
    })
  })

  it.each([
    ['python3', [launcher], [launcher, '-3']],
    ['python3.exe', [launcher], [launcher, '-3']],
    ['python', [], null],
    ['R', [launcher], null],
    ['python3', ['C:\\P\\python3.exe', launcher], ['C:\\P\\python3.exe']],
    // A new Windows brings endpoints to its store, in the place of what is not installed.
    ['python3', [endpoint, launcher], [launcher, '-3']],
    ['python3', [endpoint, python], [python]],
    ['python3', [endpoint], [endpoint]],
    ['C:\\w\\train.py', ['C:\\w\\train.py', endpoint, python], [python, 'C:\\w\\train.py']],
    ['C:\\w\\train.py', ['C:\\w\\train.py', launcher, python], [launcher, '-3', 'C:\\w\\train.py']],
    ['C:\\w\\train.py', ['C:\\w\\train.py', python], [python, 'C:\\w\\train.py']],
    ['C:\\w\\train.py', ['C:\\w\\train.py'], null],
    ['train', ['C:\\w\\train.cmd'], [commandShell, 'C:\\w\\train.cmd']],
  ])('%s where there is %j starts as %j', (name, files, starter) => {
    expect(windowsStarter(name, installed(...files))).toEqual(starter)
  })

  it('reach a batch file within quotes, where nothing else means anything', () => {
    const { program, parameters, isVerbatim } = launchWords(
      ['train', '--x=1', 'a b', '& calc | more > out ^ (!)', ''],
      installed('C:\\my folder\\train.BAT'),
    )
    expect([program, isVerbatim]).toEqual([commandShell, true])
    expect(parameters).toEqual([
      '/d',
      '/e:on',
      '/v:off',
      '/s',
      '/c',
      '""C:\\my folder\\train.BAT" "--x=1" "a b" "& calc | more > out ^ (!)" """',
    ])
  })

  it.each(['%PATH%', '"', 'a\nb', 'a\rb', 'a\0b', '100%'])(
    'that no quotes hold are refused: %j',
    word => {
      expect(() => launchWords(['train', word], installed('C:\\train.cmd'))).toThrow(
        expect.objectContaining({
          code: 'command.notStarted',
          detail: expect.objectContaining({
            command: word,
            reason: expect.objectContaining({ code: 'failure.batchWord' }) as unknown,
          }) as unknown,
        }) as Error,
      )
    },
  )

  it('of a program that is not there are never looked for in the current folder', () => {
    expect(() => launchWords(['train'], installed())).toThrow(
      expect.objectContaining({
        detail: expect.objectContaining({ reason: msg('failure.programNotFound') }) as unknown,
      }) as Error,
    )
  })
})

describe('a Python in the folder of Microsoft’s Store', () => {
  it.each([
    [endpoint, redirector, true],
    [endpoint, storePython, false],
    // Links that Node cannot read.
    [endpoint, null, true],
    [python, null, false],
  ])('%s that leads to %s is an alias of the store: %s', (file, target, expected) => {
    expect(isStoreLink(file, target)).toBe(expected)
  })

  it('is started where it was installed from there, though there is a launcher', () => {
    const { find } = installed(endpoint, launcher)
    const isStoreAlias = (file: string) => isStoreLink(file, storePython)
    expect(windowsStarter('python3', { find, isStoreAlias })).toEqual([endpoint])
  })
})

describe('the folder of a command', () => {
  const cmd = launchShell('train', {})
  const program = launchWords(['python'], installed(python))

  it.each(['\\\\server\\share\\study', '\\\\?\\UNC\\server\\share'])(
    'is refused on a share where cmd.exe would go on in the folder of Windows: %s',
    folder => {
      expect(() => requireFolder(cmd, folder)).toThrow(
        expect.objectContaining({
          detail: expect.objectContaining({ reason: msg('failure.shellOnShare') }) as unknown,
        }) as Error,
      )
      expect(() => requireFolder(program, folder)).not.toThrow()
    },
  )

  it('may be any on a drive', () => {
    for (const folder of ['C:\\study', 'Z:\\', '\\\\?\\C:\\long'])
      expect(() => requireFolder(cmd, folder)).not.toThrow()
  })
})

describe('a text for the shell', () => {
  const text = 'train --x=%TUNEWRIGHT_PARAM_x% --y=!TUNEWRIGHT_PARAM_y! %tunewright_param_z:~0,2%'
  const variables = (x: string, y: string, z = '1'): Record<string, string> => ({
    TUNEWRIGHT_PARAM_x: x,
    TUNEWRIGHT_PARAM_y: y,
    TUNEWRIGHT_PARAM_z: z,
  })

  it('is one text to cmd.exe', () => {
    expect(launchShell(text, variables('0.5', '& calc')).parameters.at(-1)).toBe(`"${text}"`)
  })

  it.each([
    ['TUNEWRIGHT_PARAM_x', variables('1 & calc', '1')],
    ['TUNEWRIGHT_PARAM_x', variables('"', '1')],
    ['TUNEWRIGHT_PARAM_x', variables('%PATH%', '1')],
    ['tunewright_param_z', variables('1', '1', 'a|b')],
  ])('is refused where %s would be read as commands', (variable, values) => {
    expect(() => launchShell(text, values)).toThrow(
      expect.objectContaining({
        detail: expect.objectContaining({
          reason: expect.objectContaining({
            code: 'failure.shellValue',
            values: expect.objectContaining({ variable }) as unknown,
          }) as unknown,
        }) as unknown,
      }) as Error,
    )
  })
})
