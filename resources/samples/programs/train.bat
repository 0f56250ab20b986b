@echo off
rem A program without any helper: parameters come as variables, metrics go out as lines of JSON.
rem TUNEWRIGHT_STOP_FILE appears when the trial is pruned; a Ctrl-C comes with it.
setlocal enabledelayedexpansion
for /l %%s in (1,1,5) do (
  if exist "%TUNEWRIGHT_STOP_FILE%" exit /b 0
  set /a "loss=(TUNEWRIGHT_PARAM_x-2)*(TUNEWRIGHT_PARAM_x-2)*60+60/%%s"
  echo {"step": %%s, "loss": !loss!}
)
