import type { Migration } from './migration.ts'
import { withoutGuards } from './v0007-facts.ts'

/**
 * `json_valid(NULL)` is false for older SQLite, Debian 12's 3.40.1 among them: `.dump | sqlite3 new` dropped every study without data and
 * every attempt without an engine. The rule now names NULL itself.
 */
export const migration0010: Migration = {
  version: 10,
  up(handle) {
    withoutGuards(handle, ['studies', 'attempts'], () => {
      for (const [table, column] of [
        ['studies', 'dataset'],
        ['attempts', 'engine'],
      ]) {
        handle.exec(`
          ALTER TABLE ${table} ADD COLUMN checked TEXT CHECK (checked IS NULL OR json_valid(checked));
          UPDATE ${table} SET checked = ${column} WHERE ${column} IS NOT NULL;
          ALTER TABLE ${table} DROP COLUMN ${column};
          ALTER TABLE ${table} RENAME COLUMN checked TO ${column};
        `)
      }
    })
  },
}
