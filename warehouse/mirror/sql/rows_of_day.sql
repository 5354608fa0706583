select {columns} from {schema}.{table} where day = ?
