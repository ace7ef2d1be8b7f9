# Writes a line a second until it is told to stop.
count=0
while :; do
  count=$((count + 1))
  echo "tick $count"
  sleep 1
done
