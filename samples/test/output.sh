# Samples that run by themselves, and always print the same.

for expected in samples/expected/*.txt; do
  name=$(basename "$expected" .txt)
  flag=${name#"${name%%--*}"}
  name=${name%%--*}
  # shellcheck disable=SC2086 # no flag is no argument
  prints "$name${flag:+ $flag}" "$expected" "$name" $flag
done
