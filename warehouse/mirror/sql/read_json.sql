select {columns}
from openjson(cast(? as nvarchar(max))) with ({declared})
