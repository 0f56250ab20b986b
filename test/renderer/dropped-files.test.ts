import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  aloneFiles,
  readDroppedFiles,
  filesOfFolder,
  type TakenFile,
} from '../../src-renderer/composables/read-dropped-files.ts'
import {
  takenFiles,
  takenScript,
  useTakenFiles,
} from '../../src-renderer/composables/use-taken-files.ts'
import { openedImport, openedStudyFile } from '../../src-renderer/composables/use-desktop.ts'
import { useUpload } from '../../src-renderer/features/new-study/use-upload.ts'
import { mountPart, settle } from './mount.ts'

type Tree = { readonly [name: string]: Tree | null }

/** As a browser shows folders: entries by twos, then none. */
function entryOf(name: string, tree: Tree | null): unknown {
  if (tree === null)
    return {
      name,
      isDirectory: false,
      file: (give: (file: File) => void) => give(new File([], name)),
    }
  return {
    name,
    isDirectory: true,
    createReader: () => {
      const remaining = Object.entries(tree).map(([child, below]) => entryOf(child, below))
      return { readEntries: (give: (some: unknown[]) => void) => give(remaining.splice(0, 2)) }
    },
  }
}

function transferOf(tree: Tree): DataTransfer {
  const items = Object.entries(tree).map(([name, below]) => ({
    kind: 'file',
    webkitGetAsEntry: () => entryOf(name, below),
    getAsFile: () => new File([], name),
  }))
  return { items: [...items, { kind: 'string' }] } as unknown as DataTransfer
}

const within = (files: readonly TakenFile[]) => files.map(file => file.within || file.file.name)

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('what is dropped', () => {
  it('is every file of a folder, but for hidden ones', async () => {
    const tree = {
      digits: {
        0: { 'a.png': null, 'b.png': null, 'c.png': null },
        1: { 'd.png': null },
        '.git': { e: null },
        '.f': null,
      },
    }
    expect(within(await readDroppedFiles(transferOf(tree)))).toEqual(
      ['0/a.png', '0/b.png', '0/c.png', '1/d.png'].map(name => `digits/${name}`),
    )
    expect(within(filesOfFolder([new File([], '.f'), new File([], 'g')]))).toEqual(['g'])
  })

  it('keeps its folders where it is sent to', async () => {
    const sent: string[] = []
    class Request {
      upload = {}
      status = 200
      responseText = ''
      onload = () => undefined
      setRequestHeader = () => undefined
      abort = () => undefined
      open(_method: string, url: string) {
        const target = new URL(url, 'http://localhost').searchParams.get('path') ?? ''
        const [, ...below] = target.split('/')
        sent.push(below.join('/'))
        this.responseText = JSON.stringify({ path: ['/uploads/batch', ...below].join('/') })
      }
      send() {
        this.onload()
      }
    }
    vi.stubGlobal('XMLHttpRequest', Request)
    let upload: ReturnType<typeof useUpload> | undefined
    mountPart({ setup: () => ((upload = useUpload()), () => null) })
    const drop = async (tree: Tree) => upload?.send(await readDroppedFiles(transferOf(tree)))
    expect(await drop({ cats: { 'a.png': null, more: { 'b.png': null } } })).toBe(
      '/uploads/batch/cats',
    )
    expect(await drop({ cats: { 'a.png': null }, dogs: { 'b.png': null }, 'c.png': null })).toBe(
      '/uploads/batch/files',
    )
    expect(await upload?.send(aloneFiles([new File([], 'own.csv')]))).toBe('/uploads/batch/own.csv')
    expect(sent).toEqual([
      'cats/a.png',
      'cats/more/b.png',
      'files/cats/a.png',
      'files/dogs/b.png',
      'files/c.png',
      'own.csv',
    ])
  })
})

describe('what is dropped anywhere in the window', () => {
  async function drop(...files: readonly File[]) {
    const part = mountPart({ setup: () => (useTakenFiles(), () => null) })
    const items = files.map(file => ({
      kind: 'file',
      getAsFile: () => file,
      webkitGetAsEntry: () => ({ isDirectory: false }),
    }))
    const event = Object.assign(new Event('drop', { cancelable: true }), {
      dataTransfer: { files, items },
    })
    window.dispatchEvent(event)
    expect(event.defaultPrevented).toBe(true)
    await settle()
    return part.router.currentRoute.value.name
  }

  it.each(['a.csv', 'a.parquet', 'a.zip', 'a.xlsx', 'digits'])(
    '%s goes into the form',
    async name => {
      expect(await drop(new File(['1'], name))).toBe('newStudy')
      expect(takenFiles.value?.map(({ file }) => file.name)).toEqual([name])
    },
  )

  it.each(['train.py', 'notes.ipynb'])('%s is a script for the form', async name => {
    expect(await drop(new File(['1'], name))).toBe('newStudy')
    expect(takenScript.value?.map(({ file }) => file.name)).toEqual([name])
  })

  it.each(['a.yaml', 'a.yml', 'a.json'])('%s is a study for the form', async name => {
    expect(await drop(new File(['name: a'], name))).toBe('newStudy')
    expect(openedStudyFile.value).toBe('name: a')
  })

  it.each(['a.tunewright', 'optuna.db', 'B.SQLITE', 'c.sqlite3'])(
    '%s goes into the dialog of imports',
    async name => {
      expect(await drop(new File(['PK'], name))).toBe('studies')
      expect(openedImport.value).toEqual({ name, base64: 'UEs=' })
    },
  )
})
