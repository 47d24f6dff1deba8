#!/usr/bin/env bash
# Compares the names of two revisions, writes the report into the job's summary and into one comment of the pull request.
set -uo pipefail

mark='<!-- scopelint diff -->'
report=${RUNNER_TEMP:-/tmp}/scopelint-diff.md

# A shallow checkout has not got the base.
git cat-file -e "$BASE^{commit}" 2>/dev/null || git fetch --quiet --no-tags --depth=1 origin "$BASE" || {
  echo "::error::scopelint diff: $BASE cannot be fetched"
  exit 2
}

# shellcheck disable=SC2086 # paths and options are lists of words
scopelint diff --format markdown ${OPTIONS:-} "$BASE" "$HEAD" ${PATHS:-} > "$report.body" 2> "$report.errors"
status=$?
{ echo "$mark"; cat "$report.body"; } > "$report"
count() { sed -n "1s/.*[ :]\([0-9][0-9]*\) $1.*/\1/p" "$report.body" | grep . || echo 0; }
breaking=$(count breaking)
warnings=$(count warning)
if [ -s "$report.errors" ]; then
  { echo; echo '<details><summary>not looked at</summary>'; echo; sed 's/^/    /' "$report.errors"; echo; echo '</details>'; } >> "$report"
fi
{ echo "breaking=$breaking"; echo "report=$report"; } >> "${GITHUB_OUTPUT:-/dev/null}"
cat "$report" >> "${GITHUB_STEP_SUMMARY:-/dev/null}"
cat "$report"

if [ "${COMMENT:-true}" = true ] && [ -n "${PULL:-}" ]; then
  comments="repos/$GITHUB_REPOSITORY/issues/$PULL/comments"
  known=$(gh api --paginate "$comments" --jq ".[] | select(.body | startswith(\"$mark\")) | .id" | head -n 1)
  if [ -n "$known" ]; then
    gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$known" --field "body=@$report"
  elif [ "$breaking" != 0 ] || [ "$warnings" != 0 ]; then
    # A pull request that changes no name is left in peace.
    gh api --silent --method POST "$comments" --field "body=@$report"
  fi || echo "::warning::scopelint diff: the comment could not be written"
fi

# 2: something could not be read or analysed; 1: what --fail-on speaks of.
[ "$status" = 2 ] && exit 2
case "${FAIL_ON:-}" in
  breaking) [ "$breaking" = 0 ] ;;
  any) [ "$breaking" = 0 ] && [ "$warnings" = 0 ] ;;
  *) true ;;
esac
