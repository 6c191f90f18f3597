-- One row: which publication of a home the lake had in a snapshot.
INSERT INTO lake.stored.homes FROM lake.stored.homes AT (VERSION => {snapshot}) WHERE home_id = $home_id
