import process from 'node:process'
import { restoreBackup } from '../../src-main/platform/storage/restore-backup.ts'
import { locateWorkspace } from '../../src-main/platform/storage/workspace.ts'

const [databasePath = '', name = '', atMs] = process.argv.slice(2)
restoreBackup(locateWorkspace(databasePath), name, Number(atMs))
