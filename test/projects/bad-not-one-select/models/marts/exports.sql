export database 'target/exported'
