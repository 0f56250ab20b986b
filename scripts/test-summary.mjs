/*
 * Prints each failed test with the beginning of its error, then `N passed, N failed` (and `, N skipped`), from the test
 * runner's own result file; any Node from 18 on.
 *
 *   node scripts/test-summary.mjs RESULTS.json EXIT_CODE
 *
 * Fails without printing a count if the file is missing or names no test. EXIT_CODE is that of the test run: a run that
 * failed without a failing test (an error outside of tests) counts as one failure.
 */
import { readFileSync } from 'node:fs'

const [resultsFile, exitCode] = process.argv.slice(2)
const results = JSON.parse(readFileSync(resultsFile, 'utf8'))

const passed = results.numPassedTests
const skipped = results.numPendingTests + results.numTodoTests
// A file that cannot be loaded has no tests that could fail.
const brokenFiles = results.testResults.filter(
  file => file.status === 'failed' && !file.assertionResults.some(test => test.status === 'failed'),
)
for (const file of brokenFiles) console.log(`failed outside of its tests: ${file.name}`)
// At the end of a long log, where whoever reads it begins: which tests, and why.
for (const file of results.testResults) {
  for (const test of file.assertionResults.filter(test => test.status === 'failed')) {
    console.log(`failed: ${file.name} › ${test.fullName}`)
    for (const message of test.failureMessages ?? [])
      console.log(message.split('\n').slice(0, 12).join('\n  '))
  }
}

let failed = results.numFailedTests + brokenFiles.length
if (failed === 0 && exitCode !== '0') {
  console.log(`the test run ended with exit code ${exitCode} although no test failed`)
  failed = 1
}
if (passed + failed === 0) throw new Error(`${resultsFile} names no test that ran`)
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
