@echo off
rem Tunewright's command line: the installed application's own files, run by its own Node.
setlocal
set "node=%~dp0..\node\node.exe"
if defined TUNEWRIGHT_NODE set "node=%TUNEWRIGHT_NODE%"
"%node%" --disable-warning=ExperimentalWarning "%~dp0..\app.asar.unpacked\src-main\cli.ts" %*
